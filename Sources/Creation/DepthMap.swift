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
      TriangleScan.pixels(a.xy, b.xy, c.xy, width: side, height: side) { i, v, w in
        let z = a.z * (1 - v - w) + b.z * v + c.z * w
        plane.data[i] = max(plane.data[i], z)
      }
    }
  }

  /// Depth at a photo pixel; very small where there is no surface.
  func sample(_ p: Vector2) -> Float {
    let q = (p - corner) * scale
    let side = Self.side
    return plane.data[TriangleScan.pixel(q.y, side) * side + TriangleScan.pixel(q.x, side)]
  }
}
