import Linear

/// How much of a side's own picture a turn shows: the photo's pose is the photo, where it shows a side at a grazing angle
/// that is all there is to see of it.
struct TurnedSides {
  /// 0...1.
  let right: Float
  let left: Float

  static let none = TurnedSides(yaw: 0)

  /// Radians of turning: where a side begins to show, and where it shows wholly.
  private static let turn: (none: Float, whole: Float) = (0.03, 0.12)

  /// - Parameter yaw: of the head against the photo, radians, positive turns the nose to the image's right.
  init(yaw: Float) {
    right = Elementary.smoothstep(Self.turn.none, Self.turn.whole, yaw)
    left = Elementary.smoothstep(Self.turn.none, Self.turn.whole, -yaw)
  }
}
