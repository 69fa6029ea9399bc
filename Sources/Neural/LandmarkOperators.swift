import Linear

/// MediaPipe's "Landmarks2TransformMatrix": the box round some landmarks, turned so that two of them are level, as a
/// 4x4 matrix (rows) from pixels of a crop to pixels of the picture.
struct LandmarksToTransform {
  /// Landmarks, three values each.
  var input: Int
  var output: Int
  /// Numbers of the landmarks inside the box, stored as floats.
  var subset: Int
  var subsetCount: Int
  var left: Int
  var right: Int
  var targetRotation: Float
  var scaleX: Float
  var scaleY: Float
  var cropWidth: Float
  var cropHeight: Float

  func run(_ m: UnsafeMutablePointer<Float>) {
    let points = m + input
    func xy(_ k: Int) -> Vector2 { Vector2(points[3 * k], points[3 * k + 1]) }
    let level = xy(right) - xy(left)
    let rotation = targetRotation - Elementary.atan2(level.y, level.x)
    let (s, c) = Elementary.sinCos(rotation)
    var low = Vector2(repeating: .greatestFiniteMagnitude)
    var high = -low
    for k in 0..<subsetCount {
      let p = xy(Int(m[subset + k]))
      let turned = Vector2(p.x * c - p.y * s, p.x * s + p.y * c)
      low = pointwiseMin(low, turned)
      high = pointwiseMax(high, turned)
    }
    let middle = (low + high) * 0.5
    let centre = Vector2(middle.x * c + middle.y * s, -middle.x * s + middle.y * c)
    let sx = scaleX * (high.x - low.x) / cropWidth
    let sy = scaleY * (high.y - low.y) / cropHeight
    let x = SIMD4(c * sx, s * sy, 0, 0)
    let y = SIMD4(-s * sx, c * sy, 0, 0)
    let halfWidth = cropWidth * 0.5
    let halfHeight = cropHeight * 0.5
    let matrix = m + output
    Kernels.store(SIMD4(x[0], x[1], 0, centre.x - x[0] * halfWidth - x[1] * halfHeight), matrix)
    Kernels.store(SIMD4(y[0], y[1], 0, centre.y - y[0] * halfWidth - y[1] * halfHeight), matrix + 4)
    Kernels.store(SIMD4(0, 0, 1, 0), matrix + 8)
    Kernels.store(SIMD4(0, 0, 0, 1), matrix + 12)
  }
}

/// MediaPipe's "TransformTensorBilinear": a crop of a feature map by such a matrix, zero outside the map.
struct TransformTensor {
  var input: Int
  var matrix: Int
  var output: Int
  var inputHeight: Int
  var inputWidth: Int
  var channels: Int
  var outputHeight: Int
  var outputWidth: Int

  func run(_ m: UnsafeMutablePointer<Float>) {
    let t = m + matrix
    // From centres to indices: half a pixel in, half a pixel out.
    let shiftX = t[3] + t[0] * 0.5 + t[1] * 0.5 - 0.5
    let shiftY = t[7] + t[4] * 0.5 + t[5] * 0.5 - 0.5
    for oy in 0..<outputHeight {
      for ox in 0..<outputWidth {
        let x = t[0] * Float(ox) + t[1] * Float(oy) + shiftX
        let y = t[4] * Float(ox) + t[5] * Float(oy) + shiftY
        let target = m + output + (oy * outputWidth + ox) * channels
        guard x >= 0, x <= Float(inputWidth - 1), y >= 0, y <= Float(inputHeight - 1) else {
          target.update(repeating: 0, count: channels)
          continue
        }
        let x0 = Int(x)
        let y0 = Int(y)
        let x1 = min(x0 + 1, inputWidth - 1)
        let y1 = min(y0 + 1, inputHeight - 1)
        Kernels.mix(
          m + input, (y0 * inputWidth + x0) * channels, (y0 * inputWidth + x1) * channels,
          (y1 * inputWidth + x0) * channels, (y1 * inputWidth + x1) * channels, x - Float(x0), y - Float(y0), target,
          channels)
      }
    }
  }
}

/// MediaPipe's "TransformLandmarks": the points of a crop in the picture's pixels; a third value is kept.
struct TransformLandmarks {
  var input: Int
  var matrix: Int
  var output: Int
  var points: Int
  var dimensions: Int

  func run(_ m: UnsafeMutablePointer<Float>) {
    let t = m + matrix
    for p in 0..<points {
      let from = m + input + p * dimensions
      let to = m + output + p * dimensions
      let x = from[0]
      let y = from[1]
      to[0] = x * t[0] + y * t[1] + t[3]
      to[1] = x * t[4] + y * t[5] + t[7]
      if dimensions == 3 { to[2] = from[2] }
    }
  }
}
