import Head

extension Blendshape {
  /// What a shape does to the lips, and so how an emotion's has to give way to speech.
  enum LipEffect {
    case none
    /// Parts the lips: a closure cannot bear it.
    case parts
    /// Presses or rolls the lips: a vowel cannot bear it.
    case presses
    /// Moves the corners: rounding cannot bear it.
    case spreads
    /// Rounds the lips: speech has its own rounding.
    case rounds
  }

  var lipEffect: LipEffect {
    switch self {
    case .jawOpen, .mouthLowerDownLeft, .mouthLowerDownRight, .mouthUpperUpLeft, .mouthUpperUpRight, .mouthShrugUpper,
      .noseSneerLeft, .noseSneerRight, .tongueOut, .tongueUp:
      .parts
    case .mouthClose, .mouthPressLeft, .mouthPressRight, .mouthRollLower, .mouthRollUpper, .mouthShrugLower: .presses
    case .mouthDimpleLeft, .mouthDimpleRight, .mouthFrownLeft, .mouthFrownRight, .mouthLeft, .mouthRight,
      .mouthSmileLeft, .mouthSmileRight, .mouthStretchLeft, .mouthStretchRight, .jawForward, .jawLeft, .jawRight:
      .spreads
    case .mouthFunnel, .mouthPucker: .rounds
    default: .none
    }
  }

  /// 1 for a shape of the subject's left half of the face, -1 for one of the right half, 0 for one of both.
  var side: Float {
    switch self {
    case .browDownLeft, .browOuterUpLeft, .cheekSquintLeft, .eyeSquintLeft, .eyeWideLeft, .mouthDimpleLeft,
      .mouthFrownLeft, .mouthPressLeft, .mouthSmileLeft, .mouthStretchLeft, .mouthUpperUpLeft, .noseSneerLeft:
      1
    case .browDownRight, .browOuterUpRight, .cheekSquintRight, .eyeSquintRight, .eyeWideRight, .mouthDimpleRight,
      .mouthFrownRight, .mouthPressRight, .mouthSmileRight, .mouthStretchRight, .mouthUpperUpRight, .noseSneerRight:
      -1
    default: 0
    }
  }
}
