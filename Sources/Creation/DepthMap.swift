import Linear
import Pixels

/// A depth buffer of a mesh.
struct DepthMap {
  private static let side = 256
  private var plane: Plane
  private let corner: Vector2
  private let scale: Vector2

  /// - Parameters:
  ///   - points: x, y in pixels of the photo, z towards the viewer.
  ///   - triangles: three indices of points each.
  init(points: [Vector3], triangles: [UInt16]) {
    var low = points[0].xy
    var high = low
    for p in points {
      low = pointwiseMin(low, p.xy)
      high = pointwiseMax(high, p.xy)
    }
    let side = Self.side
    plane = Plane(width: side, height: side, repeating: -Float.greatestFiniteMagnitude)
    corner = low
    scale = Vector2(repeating: Float(side)) / pointwiseMax(high - low, Vector2(1, 1))
    let local = points.map { Vector3(($0.xy - low) * scale, $0.z) }
    for t in stride(from: 0, to: triangles.count, by: 3) {
      let a = local[Int(triangles[t])]
      let b = local[Int(triangles[t + 1])]
      let c = local[Int(triangles[t + 2])]
      let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
      if abs(area) < 1e-6 { continue }
      for y in Self.pixel(min(a.y, b.y, c.y))...Self.pixel(max(a.y, b.y, c.y)) {
        for x in Self.pixel(min(a.x, b.x, c.x))...Self.pixel(max(a.x, b.x, c.x)) {
          let p = Vector2(Float(x) + 0.5, Float(y) + 0.5)
          let v = ((p.x - a.x) * (c.y - a.y) - (c.x - a.x) * (p.y - a.y)) / area
          let w = ((b.x - a.x) * (p.y - a.y) - (p.x - a.x) * (b.y - a.y)) / area
          if v < 0 || w < 0 || v + w > 1 { continue }
          let z = a.z * (1 - v - w) + b.z * v + c.z * w
          plane.data[y * side + x] = max(plane.data[y * side + x], z)
        }
      }
    }
  }

  /// Depth at a photo pixel; very small where there is no surface.
  func sample(_ p: Vector2) -> Float {
    let q = (p - corner) * scale
    return plane.data[Self.pixel(q.y) * Self.side + Self.pixel(q.x)]
  }

  private static func pixel(_ x: Float) -> Int { Int(max(0, min(Float(side - 1), x))) }
}
