import Linear

/// How far the head and the face may go before the picture stops being convincing: one photo knows only one side.
public enum Limits {
  /// Head rotation relative to the photo, radians: comfortable motion stays within `liveAngle`.
  public static let liveAngle: Float = 12 * Elementary.pi / 180
  public static let yaw: Float = 20 * Elementary.pi / 180
  public static let pitch: Float = 15 * Elementary.pi / 180
  public static let roll: Float = 20 * Elementary.pi / 180
  /// Head translation relative to the photo, cm.
  public static let translation: Float = 3
  /// Rotation of the eyes relative to the photo, radians.
  public static let gazeX: Float = 0.45
  public static let gazeY: Float = 0.32
  /// Opening the jaw further than this looks like a yawn.
  public static let jawOpen: Float = 0.7

  /// Brings every value of `pose` into its range (not a number becomes 0).
  public static func clamp(_ pose: inout Pose) {
    for i in 0..<Blendshape.count { pose.weights[i] = clamp(pose.weights[i], 0, 1) }
    pose.weights[.jawOpen] = min(pose.weights[.jawOpen], jawOpen)
    pose.yaw = clamp(pose.yaw, -yaw, yaw)
    pose.pitch = clamp(pose.pitch, -pitch, pitch)
    pose.roll = clamp(pose.roll, -roll, roll)
    pose.translation.x = clamp(pose.translation.x, -translation, translation)
    pose.translation.y = clamp(pose.translation.y, -translation, translation)
    pose.translation.z = clamp(pose.translation.z, -translation, translation)
    pose.gaze.x = clamp(pose.gaze.x, -gazeX, gazeX)
    pose.gaze.y = clamp(pose.gaze.y, -gazeY, gazeY)
    pose.breath = clamp(pose.breath, 0, 1)
    pose.photoExpression = clamp(pose.photoExpression, 0, 1)
  }

  @inlinable static func clamp(_ value: Float, _ low: Float, _ high: Float) -> Float {
    value == value ? max(low, min(high, value)) : 0
  }
}
