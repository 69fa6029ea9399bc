import Linear

/// The camera that took the photo, as fitted: avatar space is camera-aligned (x to the image's right, y up, z towards
/// the viewer), in rig centimetres, with its origin on the optical axis.
///
///     pixel = origin + pixelsPerUnit * (x, -y) * focalDistance / (focalDistance - z)
public struct Camera: Equatable, Sendable {
  /// Photo size in pixels.
  public var photoSize: Vector2
  /// Where the optical axis (avatar space's z axis) meets the photo, pixels.
  public var origin: Vector2
  /// Photo pixels per centimetre at z = 0.
  public var pixelsPerUnit: Float
  /// Distance of the eye point from z = 0, cm.
  public var focalDistance: Float
  /// Rig space to avatar space at the moment of the photo (rotation only; the scale is in `pixelsPerUnit`).
  public var rotation: Matrix3
  /// Rig space's origin in avatar space, cm.
  public var translation: Vector3

  public init(
    photoSize: Vector2, origin: Vector2, pixelsPerUnit: Float, focalDistance: Float, rotation: Matrix3,
    translation: Vector3
  ) {
    self.photoSize = photoSize
    self.origin = origin
    self.pixelsPerUnit = pixelsPerUnit
    self.focalDistance = focalDistance
    self.rotation = rotation
    self.translation = translation
  }

  /// Avatar space to photo pixels.
  @inlinable public func project(_ p: Vector3) -> Vector2 {
    let k = pixelsPerUnit * focalDistance / (focalDistance - p.z)
    return Vector2(origin.x + p.x * k, origin.y - p.y * k)
  }

  /// The point at depth `z` (cm) that projects to `pixel`.
  @inlinable public func unproject(_ pixel: Vector2, z: Float) -> Vector3 {
    let k = (focalDistance - z) / (pixelsPerUnit * focalDistance)
    return Vector3((pixel.x - origin.x) * k, (origin.y - pixel.y) * k, z)
  }

  /// What a point moves by for each cm that it comes nearer on its ray.
  @inlinable public func ray(through p: Vector3) -> Vector3 {
    Vector3(-p.x, -p.y, focalDistance - p.z) / (focalDistance - p.z)
  }

  /// Rig space to avatar space.
  @inlinable public func place(_ p: Vector3) -> Vector3 { rotation * p + translation }

  /// Avatar space to rig space.
  @inlinable public func unplace(_ p: Vector3) -> Vector3 { rotation.transposed * (p - translation) }
}
