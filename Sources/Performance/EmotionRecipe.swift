import Head
import Linear

/// How an emotion looks at full strength, and how fast it comes.
///
/// Action units (AU) after Ekman & Friesen, "Facial Action Coding System" (1978), in ARKit's shapes; weights chosen by eye
/// on photographs of fifteen people.
struct EmotionRecipe: Sendable {
  let shapes: [ShapeWeight]
  /// Yaw, pitch, roll, degrees.
  let head: Vector3
  /// Towards the viewer, cm.
  let lean: Float
  /// Where the eyes go, degrees: x to the image's right, y up.
  let gaze: Vector2
  /// Seconds from nothing to all of it.
  let onset: Float

  static let all = [joy, anger, sadness, surprise, disgust, confusion, neutral]

  /// AU 6 + 12: cheeks up, eyes narrowed, corners of the mouth up.
  private static let joy = EmotionRecipe(
    shapes: both(.mouthSmileLeft, .mouthSmileRight, 0.85) + both(.cheekSquintLeft, .cheekSquintRight, 0.8)
      + both(.eyeSquintLeft, .eyeSquintRight, 0.35) + both(.mouthDimpleLeft, .mouthDimpleRight, 0.2)
      + both(.mouthUpperUpLeft, .mouthUpperUpRight, 0.22) + both(.mouthLowerDownLeft, .mouthLowerDownRight, 0.1)
      + both(.browOuterUpLeft, .browOuterUpRight, 0.12)
      + [ShapeWeight(.browInnerUp, 0.05), ShapeWeight(.jawOpen, 0.04)],
    head: Vector3(0, -1.5, 2), lean: 0.2, gaze: Vector2(0, 0), onset: 0.5)

  /// AU 4 + 5 + 7 + 23: brows down and together, a stare, lips tight.
  private static let anger = EmotionRecipe(
    shapes: both(.browDownLeft, .browDownRight, 1) + both(.noseSneerLeft, .noseSneerRight, 0.55)
      + both(.eyeSquintLeft, .eyeSquintRight, 0.55) + both(.eyeWideLeft, .eyeWideRight, 0.4)
      + both(.mouthPressLeft, .mouthPressRight, 0.7) + both(.mouthFrownLeft, .mouthFrownRight, 1)
      + [ShapeWeight(.mouthRollUpper, 0.4), ShapeWeight(.mouthRollLower, 0.2), ShapeWeight(.jawForward, 0.15)],
    head: Vector3(0, 4, 0), lean: 0.6, gaze: Vector2(0, 0), onset: 0.35)

  /// AU 1 + 4 + 15 + 17: inner brows up, corners down, chin raised; head and eyes sink.
  private static let sadness = EmotionRecipe(
    shapes: [ShapeWeight(.browInnerUp, 1), ShapeWeight(.mouthShrugLower, 0.5)]
      + both(.browDownLeft, .browDownRight, 0.3) + both(.mouthFrownLeft, .mouthFrownRight, 0.95)
      + both(.eyeSquintLeft, .eyeSquintRight, 0.3) + both(.mouthStretchLeft, .mouthStretchRight, 0.1)
      + both(.eyeLookDownLeft, .eyeLookDownRight, 0.3),
    head: Vector3(-3, 6, 3), lean: -0.2, gaze: Vector2(-1, -6), onset: 0.9)

  /// AU 1 + 2 + 5 + 26: brows and upper lids up, jaw dropped, a round mouth; the head starts back.
  private static let surprise = EmotionRecipe(
    shapes: [
      ShapeWeight(.jawOpen, 0.3), ShapeWeight(.browInnerUp, 1), ShapeWeight(.mouthFunnel, 0.45),
      ShapeWeight(.mouthPucker, 0.15),
    ]
      + both(.browOuterUpLeft, .browOuterUpRight, 1) + both(.eyeWideLeft, .eyeWideRight, 1)
      + both(.mouthFrownLeft, .mouthFrownRight, 0.35),
    head: Vector3(0, -4, 0), lean: -0.7, gaze: Vector2(0, 0), onset: 0.2)

  /// AU 9 + 10 + 15 + 17: nose wrinkled, upper lip raised, eyes narrowed; the head turns away.
  private static let disgust = EmotionRecipe(
    shapes: both(.noseSneerLeft, .noseSneerRight, 0.75) + both(.browDownLeft, .browDownRight, 0.7)
      + both(.mouthFrownLeft, .mouthFrownRight, 0.7) + both(.eyeSquintLeft, .eyeSquintRight, 0.6)
      + both(.cheekSquintLeft, .cheekSquintRight, 0.5)
      + [
        ShapeWeight(.mouthUpperUpLeft, 0.25), ShapeWeight(.mouthUpperUpRight, 0.14), ShapeWeight(.mouthShrugLower, 0.8),
        ShapeWeight(.mouthShrugUpper, 0.25),
      ],
    head: Vector3(7, -3, -3), lean: -0.5, gaze: Vector2(-1, 0), onset: 0.4)

  /// AU 2 on one side, 4 + 7 on the other, 14 + 24: one brow up, one down, the mouth pulled aside; the head tilts.
  private static let confusion = EmotionRecipe(
    shapes: [
      ShapeWeight(.browOuterUpLeft, 1), ShapeWeight(.browInnerUp, 0.6), ShapeWeight(.browDownRight, 1),
      ShapeWeight(.eyeSquintRight, 0.75), ShapeWeight(.eyeWideLeft, 0.4), ShapeWeight(.cheekSquintRight, 0.4),
      ShapeWeight(.mouthFrownRight, 0.6), ShapeWeight(.mouthFrownLeft, 0.35), ShapeWeight(.mouthLeft, 0.6),
      ShapeWeight(.mouthShrugLower, 0.45), ShapeWeight(.mouthPucker, 0.2),
    ] + both(.mouthPressLeft, .mouthPressRight, 0.4),
    head: Vector3(3, 0, 6), lean: 0.2, gaze: Vector2(0, 0), onset: 0.5)

  private static let neutral = EmotionRecipe(
    shapes: [], head: Vector3(0, 0, 0), lean: 0, gaze: Vector2(0, 0), onset: 0.5)

  private static func both(_ left: Blendshape, _ right: Blendshape, _ weight: Float) -> [ShapeWeight] {
    [ShapeWeight(left, weight), ShapeWeight(right, weight)]
  }
}
