import Avatar
import Head
import Linear
import Pixels

/// Where the fitted head (ears included, hair not) lies in the photo.
struct HeadSilhouette {
  private let points: [Vector2]
  private let triangles: [UInt16]
  /// Photo pixels per cm.
  private let scale: Float

  init(rig: Rig, camera: Camera, photo: [Vector3]) {
    points = (0..<rig.skinCount).map { camera.project(photo[$0]) }
    triangles = Array(rig.triangles[0..<rig.triangles(of: .head).upperBound])
    scale = camera.pixelsPerUnit
  }

  /// 1 inside the head and `margin` cm round it, 0 outside; over a rectangle of the photo (x, y, width, height).
  func plane(_ region: SIMD4<Float>, width: Int, height: Int, margin: Float) -> Plane {
    var plane = Plane(width: width, height: height)
    let k = Vector2(Float(width) / region.z, Float(height) / region.w)
    let local = points.map { ($0 - Vector2(region.x, region.y)) * k }
    for t in stride(from: 0, to: triangles.count, by: 3) {
      let a = local[Int(triangles[t])]
      let b = local[Int(triangles[t + 1])]
      let c = local[Int(triangles[t + 2])]
      let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
      if abs(area) < 1e-6 { continue }
      let left = max(0, Int(max(0, min(a.x, b.x, c.x))))
      let right = min(Float(width - 1), max(a.x, b.x, c.x))
      let top = max(0, Int(max(0, min(a.y, b.y, c.y))))
      let bottom = min(Float(height - 1), max(a.y, b.y, c.y))
      var y = top
      while Float(y) <= bottom {
        var x = left
        while Float(x) <= right {
          let p = Vector2(Float(x) + 0.5, Float(y) + 0.5)
          let v = ((p.x - a.x) * (c.y - a.y) - (c.x - a.x) * (p.y - a.y)) / area
          let w = ((b.x - a.x) * (p.y - a.y) - (p.x - a.x) * (b.y - a.y)) / area
          if v >= 0 && w >= 0 && v + w <= 1 { plane.data[y * width + x] = 1 }
          x += 1
        }
        y += 1
      }
    }
    return plane.dilated(radius: max(1, Int((margin * scale * k.x).rounded())))
  }
}
