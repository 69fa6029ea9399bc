import Fitting
import Head
import Linear

/// Where a head is before the camera.
struct Seat: Sendable {
  /// Sizes of the picture's long side for the distance of its eye point: a horizontal field of 64 degrees, between a
  /// laptop's and a phone's.
  private static let focalLength: Float = 0.8

  /// Rig space to camera axes.
  var rotation: Matrix3
  /// Of the neck joint, cm: x and y from the optical axis, y up, z from the camera.
  var neck: Vector3

  init(rotation: Matrix3, neck: Vector3) {
    self.rotation = rotation
    self.neck = neck
  }

  /// - Parameter placement: head space to pixels, y up.
  init(_ placement: Similarity, imageSize: Vector2) {
    rotation = placement.rotation
    let scale = max(placement.scale, 1e-6)
    let seen = placement.rotation * Rig.neck * scale + placement.translation
    let focal = Self.focalLength * max(imageSize.x, imageSize.y)
    neck = Vector3((seen.x - imageSize.x * 0.5) / scale, (seen.y + imageSize.y * 0.5) / scale, focal / scale)
  }

  /// Yaw, pitch and roll against `rest`, radians. A head that moves aside without turning shows its side to the
  /// camera; that is taken off.
  func angles(from rest: Seat) -> Vector3 {
    let turn = rotation * rest.rotation.transposed
    let facing = turn.c2
    return Vector3(
      Elementary.atan2(facing.x, facing.z) - (sight.x - rest.sight.x),
      -Elementary.asin(max(-1, min(1, facing.y))) + (sight.y - rest.sight.y),
      Elementary.atan2(-turn.c0.y, turn.c1.y))
  }

  /// The angle to the right of and above the optical axis under which the neck is seen.
  private var sight: Vector2 { Vector2(Elementary.atan2(neck.x, neck.z), Elementary.atan2(neck.y, neck.z)) }

  /// cm: x to the image's right, y up, z towards the viewer.
  func translation(from rest: Seat) -> Vector3 {
    let d = neck - rest.neck
    return Vector3(d.x, d.y, -d.z)
  }
}
