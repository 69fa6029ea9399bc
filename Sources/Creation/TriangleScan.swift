import Linear

/// Walks the pixels (centres at +0.5) of a picture that a triangle covers.
enum TriangleScan {
  /// - Parameter visit: number of the pixel (row by row) and the weights of b and c there; the rest is a's.
  @inline(__always)
  static func pixels(
    _ a: Vector2, _ b: Vector2, _ c: Vector2, width: Int, height: Int, visit: (Int, Float, Float) -> Void
  ) {
    let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
    if abs(area) < 1e-6 { return }
    for y in pixel(min(a.y, b.y, c.y), height)...pixel(max(a.y, b.y, c.y), height) {
      for x in pixel(min(a.x, b.x, c.x), width)...pixel(max(a.x, b.x, c.x), width) {
        let p = Vector2(Float(x) + 0.5, Float(y) + 0.5)
        let v = ((p.x - a.x) * (c.y - a.y) - (c.x - a.x) * (p.y - a.y)) / area
        let w = ((b.x - a.x) * (p.y - a.y) - (p.x - a.x) * (b.y - a.y)) / area
        if v < 0 || w < 0 || v + w > 1 { continue }
        visit(y * width + x, v, w)
      }
    }
  }

  /// The pixel in which a coordinate lies, the nearest one outside the picture.
  static func pixel(_ x: Float, _ count: Int) -> Int { Int(max(0, min(Float(count - 1), x))) }
}
