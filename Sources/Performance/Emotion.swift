import Head

/// The emotions that can be laid over speech, each 0...1. Action units after Ekman & Friesen, "Facial Action Coding
/// System" (1978), expressed in ARKit shapes.
public enum Emotion: UInt8, CaseIterable, Sendable {
  case joy, anger, sadness, surprise, disgust, confusion

  public static let count = 6

  static let recipes: [[ShapeWeight]] = [
    [  // joy: cheek raiser and lip-corner puller
      ShapeWeight(.mouthSmileLeft, 0.7), ShapeWeight(.mouthSmileRight, 0.7), ShapeWeight(.cheekSquintLeft, 0.5),
      ShapeWeight(.cheekSquintRight, 0.5), ShapeWeight(.eyeSquintLeft, 0.25), ShapeWeight(.eyeSquintRight, 0.25),
      ShapeWeight(.mouthDimpleLeft, 0.15), ShapeWeight(.mouthDimpleRight, 0.15), ShapeWeight(.browInnerUp, 0.1),
    ],
    [  // anger
      ShapeWeight(.browDownLeft, 0.9), ShapeWeight(.browDownRight, 0.9), ShapeWeight(.noseSneerLeft, 0.35),
      ShapeWeight(.noseSneerRight, 0.35), ShapeWeight(.eyeSquintLeft, 0.35), ShapeWeight(.eyeSquintRight, 0.35),
      ShapeWeight(.mouthPressLeft, 0.35), ShapeWeight(.mouthPressRight, 0.35), ShapeWeight(.mouthFrownLeft, 0.3),
      ShapeWeight(.mouthFrownRight, 0.3),
    ],
    [  // sadness
      ShapeWeight(.browInnerUp, 0.8), ShapeWeight(.mouthFrownLeft, 0.55), ShapeWeight(.mouthFrownRight, 0.55),
      ShapeWeight(.mouthShrugLower, 0.3), ShapeWeight(.eyeSquintLeft, 0.15), ShapeWeight(.eyeSquintRight, 0.15),
    ],
    [  // surprise
      ShapeWeight(.jawOpen, 0.22), ShapeWeight(.browInnerUp, 0.8), ShapeWeight(.browOuterUpLeft, 0.75),
      ShapeWeight(.browOuterUpRight, 0.75), ShapeWeight(.eyeWideLeft, 0.6), ShapeWeight(.eyeWideRight, 0.6),
    ],
    [  // disgust
      ShapeWeight(.noseSneerLeft, 0.75), ShapeWeight(.noseSneerRight, 0.75), ShapeWeight(.browDownLeft, 0.35),
      ShapeWeight(.browDownRight, 0.35), ShapeWeight(.mouthUpperUpLeft, 0.3), ShapeWeight(.mouthUpperUpRight, 0.3),
      ShapeWeight(.mouthFrownLeft, 0.35), ShapeWeight(.mouthFrownRight, 0.35), ShapeWeight(.eyeSquintLeft, 0.3),
      ShapeWeight(.eyeSquintRight, 0.3),
    ],
    [  // confusion: one brow up, one down
      ShapeWeight(.browOuterUpLeft, 0.6), ShapeWeight(.browInnerUp, 0.25), ShapeWeight(.browDownRight, 0.55),
      ShapeWeight(.eyeSquintRight, 0.3), ShapeWeight(.mouthPressLeft, 0.25), ShapeWeight(.mouthPressRight, 0.25),
      ShapeWeight(.mouthFrownRight, 0.2), ShapeWeight(.mouthLeft, 0.12),
    ],
  ]

  /// The name used on the command line and in the SDK.
  public var name: StaticString {
    switch self {
    case .joy: "joy"
    case .anger: "anger"
    case .sadness: "sadness"
    case .surprise: "surprise"
    case .disgust: "disgust"
    case .confusion: "confusion"
    }
  }

  /// Adds this emotion at `amount`; `mouth` in 0...1 scales its mouth and jaw shapes (speech keeps its closures).
  public func add(to weights: inout BlendshapeWeights, amount: Float, mouth: Float = 1) {
    for part in Self.recipes[Int(rawValue)] {
      let share = part.shape.movesMouth ? mouth : 1
      weights[part.shape] = weights[part.shape] + part.weight * amount * share
    }
  }
}
