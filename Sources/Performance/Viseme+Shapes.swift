import Head
import Speech

extension Viseme {
  /// The mouth of each viseme at normal effort. Chosen by eye on photographs: `jawOpen` alone gives a V-shaped hole;
  /// lower lip and stretch round it.
  static let recipes: [[ShapeWeight]] = [
    [],  // sil
    [  // PP
      ShapeWeight(.mouthRollLower, 0.28), ShapeWeight(.mouthRollUpper, 0.22), ShapeWeight(.mouthPressLeft, 0.35),
      ShapeWeight(.mouthPressRight, 0.35),
    ],
    [  // FF: the lower lip under the upper teeth
      ShapeWeight(.jawOpen, 0.08), ShapeWeight(.mouthRollLower, 0.55), ShapeWeight(.mouthUpperUpLeft, 0.32),
      ShapeWeight(.mouthUpperUpRight, 0.32), ShapeWeight(.mouthLowerDownLeft, 0.05),
      ShapeWeight(.mouthLowerDownRight, 0.05),
    ],
    [  // TH
      ShapeWeight(.jawOpen, 0.17), ShapeWeight(.tongueOut, 0.92), ShapeWeight(.mouthLowerDownLeft, 0.28),
      ShapeWeight(.mouthLowerDownRight, 0.28), ShapeWeight(.mouthUpperUpLeft, 0.22),
      ShapeWeight(.mouthUpperUpRight, 0.22),
    ],
    [  // DD: the tongue's tip behind the edge of the upper teeth
      ShapeWeight(.jawOpen, 0.17), ShapeWeight(.tongueUp, 0.25), ShapeWeight(.tongueOut, 0.6),
      ShapeWeight(.mouthLowerDownLeft, 0.26),
      ShapeWeight(.mouthLowerDownRight, 0.26), ShapeWeight(.mouthUpperUpLeft, 0.22),
      ShapeWeight(.mouthUpperUpRight, 0.22),
    ],
    [  // kk
      ShapeWeight(.jawOpen, 0.24), ShapeWeight(.mouthLowerDownLeft, 0.24), ShapeWeight(.mouthLowerDownRight, 0.24),
      ShapeWeight(.mouthUpperUpLeft, 0.2), ShapeWeight(.mouthUpperUpRight, 0.2), ShapeWeight(.mouthStretchLeft, 0.1),
      ShapeWeight(.mouthStretchRight, 0.1),
    ],
    [  // CH
      ShapeWeight(.jawOpen, 0.1), ShapeWeight(.mouthFunnel, 0.6), ShapeWeight(.mouthPucker, 0.2),
      ShapeWeight(.mouthLowerDownLeft, 0.2), ShapeWeight(.mouthLowerDownRight, 0.2),
      ShapeWeight(.mouthUpperUpLeft, 0.22), ShapeWeight(.mouthUpperUpRight, 0.22),
    ],
    [  // SS
      ShapeWeight(.jawOpen, 0.05), ShapeWeight(.mouthLowerDownLeft, 0.32), ShapeWeight(.mouthLowerDownRight, 0.32),
      ShapeWeight(.mouthUpperUpLeft, 0.28), ShapeWeight(.mouthUpperUpRight, 0.28),
      ShapeWeight(.mouthStretchLeft, 0.25), ShapeWeight(.mouthStretchRight, 0.25), ShapeWeight(.mouthSmileLeft, 0.1),
      ShapeWeight(.mouthSmileRight, 0.1),
    ],
    [  // nn
      ShapeWeight(.jawOpen, 0.16), ShapeWeight(.tongueUp, 0.3), ShapeWeight(.tongueOut, 0.6),
      ShapeWeight(.mouthLowerDownLeft, 0.22),
      ShapeWeight(.mouthLowerDownRight, 0.22), ShapeWeight(.mouthUpperUpLeft, 0.2),
      ShapeWeight(.mouthUpperUpRight, 0.2),
    ],
    [  // RR
      ShapeWeight(.jawOpen, 0.14), ShapeWeight(.mouthFunnel, 0.38), ShapeWeight(.mouthPucker, 0.22),
      ShapeWeight(.mouthLowerDownLeft, 0.12), ShapeWeight(.mouthLowerDownRight, 0.12),
      ShapeWeight(.mouthUpperUpLeft, 0.12), ShapeWeight(.mouthUpperUpRight, 0.12),
    ],
    [  // aa
      ShapeWeight(.jawOpen, 0.5), ShapeWeight(.mouthLowerDownLeft, 0.45), ShapeWeight(.mouthLowerDownRight, 0.45),
      ShapeWeight(.mouthUpperUpLeft, 0.2), ShapeWeight(.mouthUpperUpRight, 0.2), ShapeWeight(.mouthStretchLeft, 0.25),
      ShapeWeight(.mouthStretchRight, 0.25),
    ],
    [  // E
      ShapeWeight(.jawOpen, 0.26), ShapeWeight(.mouthLowerDownLeft, 0.4), ShapeWeight(.mouthLowerDownRight, 0.4),
      ShapeWeight(.mouthUpperUpLeft, 0.15), ShapeWeight(.mouthUpperUpRight, 0.15),
      ShapeWeight(.mouthStretchLeft, 0.4), ShapeWeight(.mouthStretchRight, 0.4),
    ],
    [  // ih
      ShapeWeight(.jawOpen, 0.16), ShapeWeight(.mouthLowerDownLeft, 0.3), ShapeWeight(.mouthLowerDownRight, 0.3),
      ShapeWeight(.mouthUpperUpLeft, 0.25), ShapeWeight(.mouthUpperUpRight, 0.25), ShapeWeight(.mouthSmileLeft, 0.3),
      ShapeWeight(.mouthSmileRight, 0.3), ShapeWeight(.mouthStretchLeft, 0.22), ShapeWeight(.mouthStretchRight, 0.22),
    ],
    [  // oh
      ShapeWeight(.jawOpen, 0.34), ShapeWeight(.mouthFunnel, 0.6), ShapeWeight(.mouthPucker, 0.2),
      ShapeWeight(.mouthLowerDownLeft, 0.12), ShapeWeight(.mouthLowerDownRight, 0.12),
    ],
    [  // ou
      ShapeWeight(.jawOpen, 0.1), ShapeWeight(.mouthFunnel, 0.2), ShapeWeight(.mouthPucker, 0.85),
    ],
  ]

  /// How far each viseme opens the jaw (`jawOpen` of its recipe), by raw value.
  static let jaws: SIMD16<Float> = {
    var jaws = SIMD16<Float>.zero
    for (index, recipe) in recipes.enumerated() {
      for part in recipe where part.shape == .jawOpen { jaws[index] = part.weight }
    }
    return jaws
  }()

  /// Adds this viseme's mouth at `amount` (1 = normal effort).
  public func add(to weights: inout BlendshapeWeights, amount: Float) {
    weights.add(Self.recipes[Int(rawValue)], times: amount)
  }
}
