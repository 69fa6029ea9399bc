/// Turns premultiplied pictures into straight ones, as films and PNG have them.
///
/// Pixels that nothing covers get the colour of what is nearest to them: an encoder smears colours over the edge, and black
/// would come as a dark seam.
public final class StraightAlpha {
  private struct Level {
    var width: Int
    var height: Int
    var pixels: [SIMD4<Float>]
  }
  private var levels: [Level] = []
  /// Colours spread over 2^n pixels, beyond an encoder's largest block.
  private static let depth = 7

  /// For pictures of `width` x `height`, both at least 1.
  public init(width: Int, height: Int) {
    var (w, h) = ((width + 1) / 2, (height + 1) / 2)
    for _ in 0..<Self.depth {
      levels.append(Level(width: w, height: h, pixels: [SIMD4<Float>](repeating: .zero, count: w * h)))
      (w, h) = ((w + 1) / 2, (h + 1) / 2)
    }
    (self.width, self.height) = (width, height)
  }
  public let width: Int
  public let height: Int

  /// RGBA in place, any order of rows.
  public func straighten(_ picture: UnsafeMutableRawBufferPointer) {
    let pixels = picture.bindMemory(to: SIMD4<UInt8>.self)
    gather(pixels)
    spread()
    let (half, stride) = (levels[0].pixels, levels[0].width)
    for y in 0..<height {
      for x in 0..<width {
        let i = y * width + x
        let pixel = pixels[i]
        guard pixel.w < 255 else { continue }
        if pixel.w > 0 {
          let colour = SIMD4<Float>(pixel) * (255 / Float(pixel.w)) + 0.5
          pixels[i] = SIMD4<UInt8>(colour.clamped(lowerBound: .zero, upperBound: .init(repeating: 255)))
        } else {
          pixels[i] = SIMD4<UInt8>(half[(y >> 1) * stride + (x >> 1)] + 0.5)
        }
        pixels[i].w = pixel.w
      }
    }
  }

  /// Sums of 2x2 pixels, level by level: premultiplied colours and alpha.
  private func gather(_ pixels: UnsafeMutableBufferPointer<SIMD4<UInt8>>) {
    for y in 0..<levels[0].height {
      for x in 0..<levels[0].width {
        var sum = SIMD4<Float>.zero
        for (u, v) in [(2 * x, 2 * y), (2 * x + 1, 2 * y), (2 * x, 2 * y + 1), (2 * x + 1, 2 * y + 1)]
        where u < width && v < height {
          sum += SIMD4<Float>(pixels[v * width + u])
        }
        levels[0].pixels[y * levels[0].width + x] = sum
      }
    }
    for k in 1..<levels.count {
      let (w, h) = (levels[k - 1].width, levels[k - 1].height)
      for y in 0..<levels[k].height {
        for x in 0..<levels[k].width {
          var sum = SIMD4<Float>.zero
          for v in 2 * y...min(2 * y + 1, h - 1) {
            for u in 2 * x...min(2 * x + 1, w - 1) { sum += levels[k - 1].pixels[v * w + u] }
          }
          levels[k].pixels[y * levels[k].width + x] = sum
        }
      }
    }
  }

  /// From the coarsest level down: the mean straight colour, 0...255, the coarser level's where there is none.
  private func spread() {
    for k in levels.indices.reversed() {
      let w = levels[k].width
      for y in 0..<levels[k].height {
        for x in 0..<w {
          let sum = levels[k].pixels[y * w + x]
          if sum.w > 0 {
            let colour = sum * (255 / sum.w)
            levels[k].pixels[y * w + x] = colour.clamped(lowerBound: .zero, upperBound: .init(repeating: 255))
          } else if k + 1 < levels.count {
            levels[k].pixels[y * w + x] = levels[k + 1].pixels[(y >> 1) * levels[k + 1].width + (x >> 1)]
          }
        }
      }
    }
  }
}
