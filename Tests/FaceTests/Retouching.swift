import Linear
import Pixels

/// Spoils photos in known ways.
extension PixelBuffer {
  /// At another size, bilinear; meant for factors of about 0.5 to 2.
  func scaled(_ factor: Float) -> PixelBuffer {
    let (w, h) = (Int(Float(width) * factor), Int(Float(height) * factor))
    var values = [Float](repeating: 0, count: w * h * 3)
    let step = 1 / factor
    let start = 0.5 * step - 0.5
    values.withUnsafeMutableBufferPointer {
      warp(
        into: $0, width: w, height: h,
        by: AffineMap(origin: Vector2(start, start), right: Vector2(step, 0), down: Vector2(0, step)), border: .edge,
        gain: 1, bias: 0.5)
    }
    return PixelBuffer(width: w, height: h, channels: 3, data: values.map { UInt8($0) })
  }

  /// Box-blurred three times: nearly a Gaussian.
  func blurred(radius: Int) -> PixelBuffer {
    var copy = self
    for _ in 0..<3 {
      for (step, count, lines, lineStep) in [
        (3, width, height, width * 3), (width * 3, height, width, 3),
      ] {
        for line in 0..<lines {
          for c in 0..<3 {
            let base = line * lineStep + c
            let source = (0..<count).map { Int(copy.data[base + $0 * step]) }
            for k in 0..<count {
              let range = max(0, k - radius)...min(count - 1, k + radius)
              copy.data[base + k * step] = UInt8(source[range].reduce(0, +) / range.count)
            }
          }
        }
      }
    }
    return copy
  }

  /// Mixes `colour` over an ellipse.
  mutating func paint(ellipse centre: Vector2, _ radii: Vector2, _ colour: SIMD3<Float>, opacity: Float) {
    for y in 0..<height {
      for x in 0..<width {
        let d = (Vector2(Float(x), Float(y)) - centre) / radii
        guard d.dot(d) < 1 else { continue }
        for c in 0..<3 {
          let k = (y * width + x) * 3 + c
          data[k] = UInt8(Float(data[k]) * (1 - opacity) + colour[c] * opacity)
        }
      }
    }
  }

  func part(x: Range<Int>, y: Range<Int>) -> PixelBuffer {
    let data = y.flatMap { self.data[($0 * width + x.lowerBound) * 3..<($0 * width + x.upperBound) * 3] }
    return PixelBuffer(width: x.count, height: y.count, channels: 3, data: data)
  }

  /// Beside another picture of the same height.
  func beside(_ other: PixelBuffer) -> PixelBuffer {
    var data: [UInt8] = []
    for y in 0..<height {
      data += self.data[y * width * 3..<(y + 1) * width * 3]
      data += other.data[y * other.width * 3..<(y + 1) * other.width * 3]
    }
    return PixelBuffer(width: width + other.width, height: height, channels: 3, data: data)
  }

  /// Left and right exchanged.
  var mirrored: PixelBuffer {
    var other = self
    for y in 0..<height {
      for x in 0..<width {
        let from = (y * width + width - 1 - x) * 3
        for c in 0..<3 { other.data[(y * width + x) * 3 + c] = data[from + c] }
      }
    }
    return other
  }

  /// Turned by `angle` radians about its middle.
  func turned(_ angle: Float) -> PixelBuffer {
    var values = [Float](repeating: 0, count: width * height * 3)
    let (s, c) = Elementary.sinCos(angle)
    let middle = Vector2(Float(width), Float(height)) * 0.5
    let (right, down) = (Vector2(c, s), Vector2(-s, c))
    values.withUnsafeMutableBufferPointer {
      warp(
        into: $0, width: width, height: height,
        by: AffineMap(origin: middle - right * middle.x - down * middle.y, right: right, down: down), border: .edge,
        gain: 1, bias: 0)
    }
    return PixelBuffer(width: width, height: height, channels: 3, data: values.map { UInt8($0) })
  }
}
