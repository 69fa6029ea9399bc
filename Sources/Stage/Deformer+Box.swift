import Head
import Linear

extension Deformer {
  /// Fills `places` of the face's vertices.
  func look(through lens: Lens) {
    let points = vertices
    for i in rig.vertices(of: .face) {
      let p = points[i]
      let k = lens.focalDistance / (lens.focalDistance - p.z)
      places[i] = Vector2(lens.centre.x + lens.scale.x * p.x * k, lens.centre.y + lens.scale.y * p.y * k)
    }
  }

  /// The part of a frame of `width` x `height` pixels in which these vertices of the face lie, as `look` has seen them; nil
  /// where they lie outside.
  func box(of indices: some Sequence<some BinaryInteger>, width: Int, height: Int) -> PixelBox? {
    var low = Vector2(repeating: .infinity)
    var high = Vector2(repeating: -.infinity)
    for i in indices {
      let p = places[Int(i)]
      low = Vector2(min(low.x, p.x), min(low.y, p.y))
      high = Vector2(max(high.x, p.x), max(high.y, p.y))
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

  /// Where the photo of `slot` ends in the frame: left, bottom, right, top, 0...1 of the viewport.
  func photoBox(_ slot: Int, _ lens: Lens) -> SIMD4<Float> {
    guard let geometry = geometry(slot) else { return SIMD4(0, 0, 1, 1) }
    let points = sheet(slot)
    let width = geometry.sheet.width
    // The corners lie one line inside the skirt's.
    let topLeft = points[width + 1]
    let bottomRight = points[points.count - width - 2]
    func seen(_ p: SIMD4<Float>) -> Vector2 {
      let k = lens.focalDistance / (lens.focalDistance - p.z)
      return (lens.centre + lens.scale * Vector2(p.x, p.y) * k) * 0.5 + Vector2(0.5, 0.5)
    }
    let a = seen(topLeft)
    let b = seen(bottomRight)
    return SIMD4(a.x, b.y, b.x, a.y)
  }
}
