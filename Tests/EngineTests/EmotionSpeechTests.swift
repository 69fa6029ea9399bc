import Avatar
import Engine
import Head
import Linear
import Performance
import Speech
import Stage
import Testing

/// What the lips of the default avatar do when an emotion and a consonant want them at once.
@Suite("No emotion keeps the lips from speaking", .enabled(if: Browser.isReady, "needs dist/files"))
struct EmotionSpeechTests {
  /// Lips of a viseme held for a second, with an emotion at full strength: the widest gap between the inner rims, and the
  /// one in their middle, cm.
  static func gap(_ viseme: Viseme, _ emotion: Emotion?, _ strength: Float = 1) throws -> (widest: Float, middle: Float)
  {
    var performer = Performer(seed: 1)
    performer.isAlive = false
    performer.setMood(friendly: emotion == nil ? 0 : 1)
    if let emotion { performer.set(emotion, to: strength, fade: 0) }
    for i in 0..<100 {
      var weights = VisemeWeights(lanes: .zero)
      weights[viseme] = 1
      performer.add(
        SpeechFrame(time: Double(i) / 100, visemes: weights, loudness: 0.6, voicing: 1, pitch: 120))
      _ = performer.pose(at: Double(i) / 100)
    }
    let engine = try Engine(rig: Browser.bytes("rig.bin"), speech: Browser.bytes("speech.bin"), seed: 1)
    try engine.load(avatar: Browser.bytes("default.ftar"), slot: 0)
    let deformer = Deformer(rig: engine.rig)
    deformer.load(try #require(engine.avatar(slot: 0)), slot: 0)
    engine.show(performer.pose(at: 0.9))
    deformer.deform(engine.pose)
    let gaps = Self.lipGaps(deformer, engine.rig)
    return (gaps.max()!, gaps[gaps.count / 2])
  }

  /// Between the inner rims of the lips, from corner to corner, cm.
  static func lipGaps(_ deformer: Deformer, _ rig: Rig) -> [Float] {
    zip(rig.contours.upperLipInner, rig.contours.lowerLipInner).map { upper, lower in
      max(0, deformer.vertices[Int(upper)].y - deformer.vertices[Int(lower)].y)
    }
  }

  @Test(arguments: Emotion.allCases) func lipsMeetWhateverIsFelt(_ emotion: Emotion) throws {
    let plain = try Self.gap(.PP, nil)
    let felt = try Self.gap(.PP, emotion)
    print("PP with \(emotion): widest gap \(felt.widest) cm, without \(plain.widest) cm")
    #expect(felt.widest <= plain.widest + 0.005)
  }

  @Test(arguments: Emotion.allCases) func theLipStaysAtTheTeeth(_ emotion: Emotion) throws {
    let plain = try Self.gap(.FF, nil)
    let felt = try Self.gap(.FF, emotion)
    print("FF with \(emotion): gap in the middle \(felt.middle) cm, without \(plain.middle) cm")
    #expect(felt.middle <= plain.middle + 0.06)
  }

  /// Emotions leave a vowel open.
  @Test(arguments: Emotion.allCases) func vowelsStayOpen(_ emotion: Emotion) throws {
    let plain = try Self.gap(.aa, nil)
    let felt = try Self.gap(.aa, emotion)
    print("aa with \(emotion): gap in the middle \(felt.middle) cm, without \(plain.middle) cm")
    #expect(felt.middle >= 0.75 * plain.middle)
  }
}
