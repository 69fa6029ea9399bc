import Linear

extension PixelBuffer {
  /// A rectangle of an RGB or RGBA picture at another size: Catmull-Rom, widened when shrinking so that nothing
  /// aliases. Outside the picture its edge is repeated. Colours 0...1 in x, y, z; w is 0.
  /// - Parameter region: x, y, width, height in pixels of this picture; a rectangle of whole pixels and its own size
  ///   comes back as it is.
  public func resampled(_ region: SIMD4<Float>, width: Int, height: Int) -> Plane4 {
    precondition(channels >= 3 && width > 0 && height > 0)
    let columns = ResamplingTaps(from: region.x, length: region.z, source: self.width, count: width)
    let rows = ResamplingTaps(from: region.y, length: region.w, source: self.height, count: height)
    let first = columns.first
    let span = columns.last - first + 1
    var line = [SIMD4<Float>](repeating: .zero, count: span)
    let result = [SIMD4<Float>](unsafeUninitializedCapacity: width * height) { target, filled in
      data.withUnsafeBufferPointer { source in
        line.withUnsafeMutableBufferPointer { line in
          for y in 0..<height {
            for x in 0..<span { line[x] = .zero }
            for k in rows.starts[y]..<rows.starts[y + 1] where rows.weights[k] != 0 {
              let weight = rows.weights[k] * (1 / 255)
              let row = (rows.indices[k] * self.width + first) * channels
              for x in 0..<span {
                let i = row + x * channels
                line[x] += SIMD4(Float(source[i]), Float(source[i + 1]), Float(source[i + 2]), 0) * weight
              }
            }
            for x in 0..<width {
              var sum = SIMD4<Float>.zero
              for k in columns.starts[x]..<columns.starts[x + 1] {
                sum += line[columns.indices[k] - first] * columns.weights[k]
              }
              target[y * width + x] = sum
            }
          }
        }
      }
      filled = width * height
    }
    return Plane4(width: width, height: height, data: result)
  }
}

extension Plane {
  /// A rectangle of the plane at another size, bilinear; outside the plane its edge is repeated.
  /// - Parameter region: x, y, width, height in pixels of this plane.
  public func resized(_ region: SIMD4<Float>, width: Int, height: Int) -> Plane {
    var result = Plane(width: width, height: height)
    let columns = BilinearTaps(from: region.x, length: region.z, source: self.width, count: width)
    let rows = BilinearTaps(from: region.y, length: region.w, source: self.height, count: height)
    for y in 0..<height {
      let a = rows.indices[y] * self.width
      let b = min(rows.indices[y] + 1, self.height - 1) * self.width
      let fy = rows.fractions[y]
      for x in 0..<width {
        let l = columns.indices[x]
        let r = min(l + 1, self.width - 1)
        let fx = columns.fractions[x]
        let upper = data[a + l] + (data[a + r] - data[a + l]) * fx
        let lower = data[b + l] + (data[b + r] - data[b + l]) * fx
        result.data[y * width + x] = upper + (lower - upper) * fy
      }
    }
    return result
  }

  /// The whole plane at another size, bilinear.
  public func resized(width: Int, height: Int) -> Plane {
    resized(SIMD4(0, 0, Float(self.width), Float(self.height)), width: width, height: height)
  }

  /// Bilinear value at a point (pixel centres at +0.5); outside, the edge is repeated.
  @inlinable public func sample(_ p: Vector2) -> Float {
    let x = max(0, min(Float(width - 1), p.x - 0.5))
    let y = max(0, min(Float(height - 1), p.y - 0.5))
    let x0 = Int(x)
    let y0 = Int(y)
    let x1 = min(x0 + 1, width - 1)
    let y1 = min(y0 + 1, height - 1)
    let fx = x - Float(x0)
    let fy = y - Float(y0)
    let a = data[y0 * width + x0] + (data[y0 * width + x1] - data[y0 * width + x0]) * fx
    let b = data[y1 * width + x0] + (data[y1 * width + x1] - data[y1 * width + x0]) * fx
    return a + (b - a) * fy
  }
}

extension Plane4 {
  /// Bilinear value at a point (pixel centres at +0.5); outside, the edge is repeated.
  @inlinable public func sample(_ p: Vector2) -> SIMD4<Float> {
    let x = max(0, min(Float(width - 1), p.x - 0.5))
    let y = max(0, min(Float(height - 1), p.y - 0.5))
    let x0 = Int(x)
    let y0 = Int(y)
    let x1 = min(x0 + 1, width - 1)
    let y1 = min(y0 + 1, height - 1)
    let fx = x - Float(x0)
    let fy = y - Float(y0)
    let a = data[y0 * width + x0] + (data[y0 * width + x1] - data[y0 * width + x0]) * fx
    let b = data[y1 * width + x0] + (data[y1 * width + x1] - data[y1 * width + x0]) * fx
    return a + (b - a) * fy
  }
}
