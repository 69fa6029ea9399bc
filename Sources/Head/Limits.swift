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
  public static let gazeY: Float = 0.436_332_3
  /// A gaze of this angle, radians (25 degrees), is the `eyeLook` shapes' full weight.
  public static let fullGaze: Float = 0.436_332_3
  /// Opening the jaw further than this looks like a yawn.
  public static let jawOpen: Float = 0.7

  /// What these shapes close of the eye at weight 1 by raising the lower lid.
  static let eyeSquintCloses: Float = 0.26
  static let cheekSquintCloses: Float = 0.30

  /// Brings every value of `pose` into its range (not a number becomes 0) and lets the lids meet without crossing.
  public static func clamp(_ pose: inout Pose) {
    clamp(&pose.weights)
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

  /// Brings every weight into its range (not a number becomes 0) and lets the lids meet without crossing.
  public static func clamp(_ weights: inout BlendshapeWeights) {
    for i in 0..<Blendshape.count { weights[i] = clamp(weights[i], 0, 1) }
    weights[.jawOpen] = min(weights[.jawOpen], jawOpen)
    lids(
      &weights, .eyeBlinkLeft, .eyeSquintLeft, .cheekSquintLeft, .eyeLookDownLeft, .eyeLookUpLeft, .eyeWideLeft)
    lids(
      &weights, .eyeBlinkRight, .eyeSquintRight, .cheekSquintRight, .eyeLookDownRight, .eyeLookUpRight,
      .eyeWideRight)
  }

  /// Shapes add up, lids do not: a blink leaves nothing for gaze and surprise to move, and has less far to go where the
  /// lower lid is raised already. A full blink closes the eye whatever else the face does.
  private static func lids(
    _ weights: inout BlendshapeWeights, _ blink: Blendshape, _ squint: Blendshape, _ cheek: Blendshape,
    _ down: Blendshape, _ up: Blendshape, _ wide: Blendshape
  ) {
    let rest = 1 - weights[blink]
    weights[down] *= rest
    weights[up] *= rest
    weights[wide] *= rest
    weights[blink] *= left(weights[squint], weights[cheek])
  }

  /// What a squint leaves open for a blink to close.
  private static func left(_ squint: Float, _ cheek: Float) -> Float {
    1 - squint * eyeSquintCloses - cheek * cheekSquintCloses
  }

  /// The blink, 0...1, in weights that `clamp` has shortened it in.
  public static func blink(in weights: BlendshapeWeights, isLeft: Bool) -> Float {
    isLeft
      ? weights[.eyeBlinkLeft] / left(weights[.eyeSquintLeft], weights[.cheekSquintLeft])
      : weights[.eyeBlinkRight] / left(weights[.eyeSquintRight], weights[.cheekSquintRight])
  }

  @inlinable static func clamp(_ value: Float, _ low: Float, _ high: Float) -> Float {
    value == value ? max(low, min(high, value)) : 0
  }
}
