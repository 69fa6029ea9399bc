import Avatar
import Linear

/// Squeezes what lies behind the cheeks towards the viewer, so that ears and neck smear less when the head turns.
///
/// With d = start - z cm behind `start`, z becomes start - (0.45 d + 0.55 (1 - e^-d)). A squeezed point slides along
/// its line of sight, so the photo's projection stays exact.
struct DepthCompression {
  /// Avatar-space z in front of which nothing changes, cm.
  let start: Float
  let focalDistance: Float

  private static let far: Float = 0.45
  private static let near: Float = 0.55

  init(camera: Camera) {
    start = camera.translation.z + 5
    focalDistance = camera.focalDistance
  }

  /// The squeezed point.
  func apply(_ p: Vector3) -> Vector3 {
    let d = start - p.z
    guard d > 0 else { return p }
    let z = start - (Self.far * d + Self.near * (1 - Elementary.exp(-d)))
    let k = (focalDistance - z) / (focalDistance - p.z)
    return Vector3(p.x * k, p.y * k, z)
  }

  /// What a small offset at the (unsqueezed) point `p` is multiplied with.
  func scale(at p: Vector3) -> Vector3 {
    let d = start - p.z
    guard d > 0 else { return Vector3(1, 1, 1) }
    let e = Elementary.exp(-d)
    let z = start - (Self.far * d + Self.near * (1 - e))
    let k = (focalDistance - z) / (focalDistance - p.z)
    return Vector3(k, k, Self.far + Self.near * e)
  }
}
