import Avatar
import Linear

/// How much a point of the picture follows the head: all of it above the jaw, nothing from the chest (or the bottom of a
/// tight photo) down.
struct TurnFade {
  private let camera: Camera
  private let bottom: Float

  init(_ camera: Camera) {
    self.camera = camera
    let edge = Vector2(camera.project(camera.translation).x, camera.photoSize.y)
    let lowest = camera.unplace(camera.unproject(edge, z: camera.translation.z)).y
    bottom = min(HeadTurn.jaw - 1.5, max(HeadTurn.chest, lowest + 0.8))
  }

  /// `p` in avatar space, not squeezed.
  func weight(_ p: Vector3) -> Float { Elementary.smoothstep(bottom, HeadTurn.jaw, camera.unplace(p).y) }
}
