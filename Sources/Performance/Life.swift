import Linear

/// What the idle motions show at one tick; ticks are interpolated, so that no display rate shows their steps.
struct Life: Sendable {
  /// Yaw, pitch, roll, radians.
  var angles = Vector3(0, 0, 0)
  /// cm.
  var translation = Vector3(0, 0, 0)
  /// Radians.
  var gaze = Vector2(0, 0)
  /// Lid closure, brow lift and chest rise, 0...1.
  var blink: Float = 0
  var brow: Float = 0
  var breath: Float = 0

  func mixed(with next: Life, _ t: Float) -> Life {
    var life = Life()
    life.angles = angles + (next.angles - angles) * t
    life.translation = translation + (next.translation - translation) * t
    life.gaze = gaze + (next.gaze - gaze) * t
    life.blink = blink + (next.blink - blink) * t
    life.brow = brow + (next.brow - brow) * t
    life.breath = breath + (next.breath - breath) * t
    return life
  }
}
