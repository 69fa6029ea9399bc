import Head
import Performance
import Speech
import Testing

@Suite("Jaw and lips have an effort of their own")
struct EffortTests {
  /// The mouth in the middle of a vowel, or of a closure between two of them.
  private static func mouth(_ viseme: Viseme, loudness: Float, effort: Float) -> BlendshapeWeights {
    var performer = PerformerTests.still()
    for index in 0..<60 {
      var weights = VisemeWeights(lanes: .zero)
      weights[viseme == .PP && !(26..<32).contains(index) ? .aa : viseme] = 1
      performer.add(
        SpeechFrame(
          time: (Double(index) + 0.5) / 100, visemes: weights, loudness: loudness, voicing: 1, pitch: 120,
          effort: effort))
    }
    return performer.pose(at: 0.29).weights
  }

  @Test func mumblingMovesTheLipsAndHardlyTheJaw() {
    let normal = Self.mouth(.aa, loudness: 0.7, effort: 0)
    let mumbled = Self.mouth(.aa, loudness: 0.45, effort: -1)
    #expect(mumbled[.jawOpen] < 0.4 * normal[.jawOpen])
    #expect(mumbled[.mouthLowerDownLeft] > 0.7 * normal[.mouthLowerDownLeft])
    let round = Self.mouth(.ou, loudness: 0.45, effort: -1)
    #expect(round[.mouthPucker] > 0.7 * Self.mouth(.ou, loudness: 0.7, effort: 0)[.mouthPucker])
  }

  @Test func shoutingOpensTheJawMoreThanTheLips() {
    let normal = Self.mouth(.aa, loudness: 0.7, effort: 0)
    let shouted = Self.mouth(.aa, loudness: 0.9, effort: 1)
    #expect(shouted[.jawOpen] > 1.4 * normal[.jawOpen])
    #expect(1.1...1.3 ~= shouted[.mouthLowerDownLeft] / normal[.mouthLowerDownLeft])
  }

  @Test(arguments: [Float(-1), 0, 1]) func lipsMeetAtAnyEffort(effort: Float) {
    let mouth = Self.mouth(.PP, loudness: 0.8, effort: effort)
    // Over the jaw, wherever it is.
    #expect(mouth[.jawOpen] - mouth[.mouthClose] < 0.03 && mouth[.mouthPressLeft] > 0.3)
  }

  /// A shout that follows a mumble at once opens the mouth steadily and no faster than a jaw can, at any display rate.
  @Test(arguments: [30.0, 60]) func aSuddenShoutOpensTheMouthSmoothly(rate: Double) {
    var performer = PerformerTests.still()
    for index in 0..<60 {
      var weights = VisemeWeights(lanes: .zero)
      weights[.aa] = 1
      performer.add(
        SpeechFrame(
          time: (Double(index) + 0.5) / 100, visemes: weights, loudness: index < 30 ? 0.3 : 0.9, voicing: 1, pitch: 120,
          effort: index < 30 ? -1 : 1))
    }
    let jaw = (0...Int(0.3 * rate)).map { performer.pose(at: 0.22 + Double($0) / rate).weights[.jawOpen] }
    #expect(jaw.last! > jaw.first! + 0.3)
    for (before, after) in zip(jaw, jaw.dropFirst()) {
      #expect(after > before - 0.001 && after - before < 5.6 / Float(rate) + 0.02)
    }
  }
}
