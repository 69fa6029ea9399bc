import Head
import Performance
import Testing

@Suite("Emotions")
struct EmotionTests {
  /// What tells each from the others, after Ekman & Friesen's action units.
  static let signs: [(Emotion, [Blendshape])] = [
    (.joy, [.mouthSmileLeft, .mouthSmileRight, .cheekSquintLeft, .cheekSquintRight]),
    (.anger, [.browDownLeft, .browDownRight, .noseSneerLeft, .mouthPressLeft]),
    (.sadness, [.browInnerUp, .mouthFrownLeft, .mouthFrownRight]),
    (.surprise, [.browInnerUp, .browOuterUpLeft, .browOuterUpRight, .eyeWideLeft, .eyeWideRight, .jawOpen]),
    (.disgust, [.noseSneerLeft, .noseSneerRight, .mouthUpperUpLeft, .mouthUpperUpRight]),
    (.confusion, [.browOuterUpLeft, .browDownRight]),
  ]

  static func weights(_ emotion: Emotion, _ strength: Float, seconds: Double = 2) -> BlendshapeWeights {
    var performer = PerformerTests.still()
    performer.set(emotion, to: strength)
    _ = performer.pose(at: 0)
    return performer.pose(at: seconds).weights
  }

  @Test func allAreTold() { #expect(Set(Self.signs.map(\.0)) == Set(Emotion.allCases)) }

  @Test(arguments: signs) func eachShowsItsSigns(_ emotion: Emotion, _ shapes: [Blendshape]) {
    let full = Self.weights(emotion, 1)
    let half = Self.weights(emotion, 0.5)
    for shape in shapes {
      #expect(full[shape] > 0.15, "\(shape)")
      #expect(abs(half[shape] - 0.5 * full[shape]) < 0.01, "\(shape)")
    }
    for shape in Blendshape.allCases { #expect((0...1).contains(full[shape])) }
    // It is gone a second after it is taken away.
    var performer = PerformerTests.still()
    performer.set(emotion, to: 1)
    _ = performer.pose(at: 0)
    _ = performer.pose(at: 1)
    performer.set(emotion, to: 0)
    let gone = performer.pose(at: 2.5).weights
    for shape in shapes { #expect(gone[shape] < 0.02) }
  }

  @Test(arguments: Emotion.allCases) func noTwoLookAlike(_ emotion: Emotion) {
    let own = Self.weights(emotion, 1)
    for other in Emotion.allCases where other != emotion {
      let weights = Self.weights(other, 1)
      let distance = Blendshape.allCases.reduce(Float(0)) { $0 + abs(own[$1] - weights[$1]) }
      #expect(distance > 1, "\(emotion) and \(other)")
    }
  }

  @Test(arguments: Emotion.allCases) func strengthIsHeldToItsRange(_ emotion: Emotion) {
    let full = Self.weights(emotion, 1)
    let more = Self.weights(emotion, 7)
    let none = Self.weights(emotion, -3)
    let nonsense = Self.weights(emotion, .nan)
    for shape in Blendshape.allCases {
      #expect(more[shape] == full[shape])
      #expect(none[shape] == 0 && nonsense[shape] == 0)
    }
  }
}
