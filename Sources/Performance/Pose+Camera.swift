import Head
import Linear

extension Pose {
  /// Adds what a camera has seen, before the lids follow the gaze.
  /// - Parameters:
  ///   - weight: the camera's share, 0...1; life has been scaled by the rest.
  ///   - mouth: of the speech.
  mutating func addCamera(_ seen: Pose, weight: Float, mouth: MouthMotion.Mouth, source: MouthSource) {
    let share = SpeechShare(mouth)
    let silence = (1 - max(0, min(1, mouth.activity))) * (1 - max(mouth.closure, mouth.bite))
    for shape in Blendshape.allCases {
      let amount = seen.weights[shape] * weight
      guard amount > 0 else { continue }
      switch (shape, shape.lipEffect, source) {
      case (.eyeBlinkLeft, _, _), (.eyeBlinkRight, _, _): weights[shape] = max(weights[shape], amount)
      case (_, .none, _), (_, _, .camera): weights[shape] += amount
      case (_, _, .speech): break
      // The corners of the mouth show what is felt, also in speech; lips and jaw are speech's own.
      case (_, .spreads, .both): weights[shape] += amount * share.of(shape)
      case (_, _, .both): weights[shape] += amount * silence
      }
    }
    yaw += Self.within(Limits.yaw, seen.yaw) * weight
    pitch += Self.within(Limits.pitch, seen.pitch) * weight
    roll += Self.within(Limits.roll, seen.roll) * weight
    for k in 0..<3 { translation[k] += Self.within(Limits.translation, seen.translation[k]) * weight }
    gaze += Vector2(Self.within(Limits.gazeX, seen.gaze.x), Self.within(Limits.gazeY, seen.gaze.y)) * weight
  }

  /// Follows `value` as it is up to 0.6 of `limit` and nears the limit beyond, without a stop that shows.
  private static func within(_ limit: Float, _ value: Float) -> Float {
    let free = limit * 0.6
    let beyond = abs(value) - free
    guard beyond > 0 else { return value == value ? value : 0 }
    let room = limit - free
    let bent = free + room * beyond / (beyond + room)
    return value < 0 ? -bent : bent
  }
}
