import Head

extension Blendshape {
  /// Jaw, lips and tongue.
  var movesMouth: Bool {
    switch self {
    case .jawForward, .jawLeft, .jawOpen, .jawRight, .mouthClose, .mouthDimpleLeft, .mouthDimpleRight,
      .mouthFrownLeft, .mouthFrownRight, .mouthFunnel, .mouthLeft, .mouthLowerDownLeft, .mouthLowerDownRight,
      .mouthPressLeft, .mouthPressRight, .mouthPucker, .mouthRight, .mouthRollLower, .mouthRollUpper,
      .mouthShrugLower, .mouthShrugUpper, .mouthSmileLeft, .mouthSmileRight, .mouthStretchLeft, .mouthStretchRight,
      .mouthUpperUpLeft, .mouthUpperUpRight, .tongueOut, .tongueUp:
      true
    default: false
    }
  }
}
