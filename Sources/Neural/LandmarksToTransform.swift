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
