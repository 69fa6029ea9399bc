import Linear

extension Deformer {
  /// The part of a frame of `width` x `height` pixels in which the face lies; nil where it lies outside.
  func faceBox(_ lens: Lens, width: Int, height: Int) -> PixelBox? {
    var low = Vector2(repeating: .infinity)
    var high = Vector2(repeating: -.infinity)
    let points = vertices
    for i in rig.vertices(of: .face) {
      let p = points[i]
      let k = lens.focalDistance / (lens.focalDistance - p.z)
      let x = lens.centre.x + lens.scale.x * p.x * k
      let y = lens.centre.y + lens.scale.y * p.y * k
      low = Vector2(min(low.x, x), min(low.y, y))
      high = Vector2(max(high.x, x), max(high.y, y))
    }
    // Nonsense numbers fail these comparisons, too.
    guard low.x < 1, low.y < 1, high.x > -1, high.y > -1 else { return nil }
    func pixel(_ x: Float, _ size: Int) -> Int { Int((max(-1, min(1, x)) * 0.5 + 0.5) * Float(size)) }
    let x0 = max(0, pixel(low.x, width) - 2)
    let y0 = max(0, pixel(low.y, height) - 2)
    let x1 = min(width, pixel(high.x, width) + 3)
    let y1 = min(height, pixel(high.y, height) + 3)
    return PixelBox(x: x0, y: y0, width: x1 - x0, height: y1 - y0)
  }
}
