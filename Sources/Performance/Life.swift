import Linear

/// What lives in the face at one tick besides the mouth's speech; ticks are interpolated, so that no display rate shows
/// their steps.
struct Life: Sendable {
  /// Yaw, pitch, roll, radians.
  var angles = Vector3(0, 0, 0)
  /// cm.
  var translation = Vector3(0, 0, 0)
  /// Radians.
  var gaze = Vector2(0, 0)
  /// Lid closure and chest rise, 0...1.
  var blink: Float = 0
  var breath: Float = 0
  /// Weights of browInnerUp, browOuterUpLeft, browOuterUpRight, browDown, mouthSmileLeft, mouthSmileRight, eyeSquint and
  /// mouthPress.
  var face = SIMD8<Float>.zero
  /// Strengths of the emotions, by raw value.
  var emotions = SIMD8<Float>.zero
  /// How much stronger the left half of the face shows them than the right one, share.
  var asymmetry: Float = 0

  func mixed(with next: Life, _ t: Float) -> Life {
    var life = Life()
    life.angles = angles + (next.angles - angles) * t
    life.translation = translation + (next.translation - translation) * t
    life.gaze = gaze + (next.gaze - gaze) * t
    life.blink = blink + (next.blink - blink) * t
    life.breath = breath + (next.breath - breath) * t
    life.face = face + (next.face - face) * t
    life.emotions = emotions + (next.emotions - emotions) * t
    life.asymmetry = asymmetry + (next.asymmetry - asymmetry) * t
    return life
  }

  /// A share of the motions; breathing and emotions go on.
  func scaled(by share: Float) -> Life {
    var life = self
    life.angles *= share
    life.translation *= share
    life.gaze *= share
    life.blink *= share
    life.face *= share
    return life
  }
}
