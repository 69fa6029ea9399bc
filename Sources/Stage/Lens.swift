import Avatar
import Linear

/// From avatar space to the viewport: x' = centre.x + scale.x * x * f / (f - z), the same for y, in normalised device
/// coordinates (-1...1, y up).
struct Lens {
  var centre: Vector2
  var scale: Vector2
  /// Distance of the eye point from z = 0, cm.
  var focalDistance: Float

  /// The lens that shows `window` of the photo (pixels: x, y, width, height).
  init(camera: Camera, window: SIMD4<Float>) {
    let origin = camera.origin - Vector2(window.x, window.y)
    centre = Vector2(2 * origin.x / window.z - 1, 1 - 2 * origin.y / window.w)
    scale = Vector2(2 * camera.pixelsPerUnit / window.z, 2 * camera.pixelsPerUnit / window.w)
    focalDistance = camera.focalDistance
  }

  /// Between two lenses, 0 `self` ... 1 `other`.
  func mixed(with other: Lens, _ t: Float) -> Lens {
    var lens = self
    lens.centre = centre + (other.centre - centre) * t
    lens.scale = scale + (other.scale - scale) * t
    lens.focalDistance = focalDistance + (other.focalDistance - focalDistance) * t
    return lens
  }
}
