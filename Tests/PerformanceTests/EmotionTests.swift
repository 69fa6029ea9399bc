import Head
import Performance
import Testing

@Suite("Emotions")
struct EmotionTests {
  /// What tells each from the others, after Ekman & Friesen's action units.
  static let signs: [(Emotion, [Blendshape])] = [
    (.joy, [.mouthSmileLeft, .mouthSmileRight, .cheekSquintLeft, .cheekSquintRight]),
    (.anger, [.browDownLeft, .browDownRight, .noseSneerLeft, .mouthPressLeft, .eyeSquintLeft]),
    (.sadness, [.browInnerUp, .mouthFrownLeft, .mouthFrownRight]),
    (.surprise, [.browInnerUp, .browOuterUpLeft, .browOuterUpRight, .eyeWideLeft, .eyeWideRight, .jawOpen]),
    (.disgust, [.noseSneerLeft, .noseSneerRight, .mouthUpperUpLeft, .mouthShrugLower]),
    (.confusion, [.browOuterUpLeft, .browDownRight]),
  ]

  static func weights(_ emotion: Emotion, _ strength: Float, seconds: Double = 2) -> BlendshapeWeights {
    var performer = PerformerTests.still()
    performer.set(emotion, to: strength)
    _ = performer.pose(at: 0)
    return performer.pose(at: seconds).weights
  }

  static let felt = Emotion.allCases.filter { $0 != .neutral }

  @Test func allAreTold() { #expect(Set(Self.signs.map(\.0)) == Set(Self.felt)) }

  @Test(arguments: signs) func eachShowsItsSigns(_ emotion: Emotion, _ shapes: [Blendshape]) {
    let full = Self.weights(emotion, 1)
    let half = Self.weights(emotion, 0.5)
    for shape in shapes {
      #expect(full[shape] > 0.15, "\(shape)")
      #expect(abs(half[shape] - 0.5 * full[shape]) < 0.03, "\(shape)")
    }
    for shape in Blendshape.allCases { #expect((0...1.05).contains(full[shape])) }
    // It is gone a second after it is taken away.
    var performer = PerformerTests.still()
    performer.set(emotion, to: 1)
    _ = performer.pose(at: 0)
    _ = performer.pose(at: 1)
    performer.set(emotion, to: 0)
    let gone = performer.pose(at: 2.5).weights
    for shape in shapes { #expect(gone[shape] < 0.02) }
  }

  @Test(arguments: felt) func noTwoLookAlike(_ emotion: Emotion) {
    let own = Self.weights(emotion, 1)
    for other in Self.felt where other != emotion {
      let weights = Self.weights(other, 1)
      let distance = Blendshape.allCases.reduce(Float(0)) { $0 + abs(own[$1] - weights[$1]) }
      #expect(distance > 1, "\(emotion) and \(other)")
    }
  }

  @Test(arguments: felt) func strengthIsHeldToItsRange(_ emotion: Emotion) {
    let full = Self.weights(emotion, 1)
    let more = Self.weights(emotion, 7)
    let none = Self.weights(emotion, -3)
    let nonsense = Self.weights(emotion, .nan)
    for shape in Blendshape.allCases {
      #expect(more[shape] == full[shape])
      #expect(none[shape] == 0 && nonsense[shape] == 0)
    }
  }

  /// Strength of joy, seen at the corner of the mouth, `seconds` after the last command.
  static func smile(_ seconds: [Double], _ command: (inout Performer) -> Void) -> [Float] {
    var performer = PerformerTests.still()
    _ = performer.pose(at: 0)
    command(&performer)
    let full = Self.weights(.joy, 1)[.mouthSmileLeft]
    return seconds.map { performer.pose(at: $0).weights[.mouthSmileLeft] / full }
  }

  @Test func itIsThereAtOnceWhereNoFadeIsAsked() {
    #expect(Self.smile([0.03]) { $0.set(.joy, to: 0.8, fade: 0) }[0] > 0.79)
  }

  @Test func aFadeTakesTheTimeItIsGiven() {
    let smile = Self.smile([0.1, 1, 1.9, 2.1, 9]) { $0.set(.joy, to: 1, fade: 2) }
    #expect(smile[0] < 0.1 && smile[1] > 0.4 && smile[1] < 0.85 && smile[2] > 0.95 && smile[2] < 1)
    #expect(smile[3] == 1 && smile[4] == 1)
    var performer = PerformerTests.still()
    performer.set(.joy, to: 1, fade: 0)
    _ = performer.pose(at: 0)
    performer.set(.joy, to: 0, fade: 1)
    let half = performer.pose(at: 0.5).weights[.mouthSmileLeft]
    #expect(half > 0.2 && half < 0.7 && performer.pose(at: 1.1).weights[.mouthSmileLeft] == 0)
  }

  @Test func aClipComesQuicklyStaysAndGoesSlowly() {
    let times = (0...350).map { Double($0) / 100 }
    let smile = Self.smile(times) { $0.play(.joy, strength: 0.8, seconds: 3) }
    #expect(smile.max()! > 0.79 && smile.max()! < 0.81)
    let (first, last) = (smile.firstIndex { $0 > 0.78 }!, smile.lastIndex { $0 > 0.78 }!)
    #expect(first < 70 && last > 150)
    #expect(300 - last > 14 * first / 10)
    #expect(smile[305...].allSatisfy { $0 == 0 })
    for (a, b) in zip(smile, smile.dropFirst()) { #expect(abs(a - b) < 0.06) }
  }

  @Test func aClipThatIsPlayedAgainGoesOn() {
    var performer = PerformerTests.still()
    performer.play(.joy, strength: 1, seconds: 3)
    var before: Float = 0
    for i in 0...400 {
      if i == 100 { performer.play(.joy, strength: 0.8, seconds: 2.5) }
      let smile = performer.pose(at: Double(i) / 100).weights[.mouthSmileLeft]
      #expect(abs(smile - before) < 0.06, "\(i)")
      #expect(!(80...200).contains(i) || smile > 0.5, "\(i)")
      before = smile
    }
    #expect(before == 0)
  }

  @Test func neutralEndsAClipAndMayBeOne() {
    var performer = PerformerTests.still()
    performer.play(.joy, strength: 1, seconds: 60)
    _ = performer.pose(at: 0)
    #expect(performer.pose(at: 1).weights[.mouthSmileLeft] > 0.5)
    performer.set(.neutral, to: 1, fade: 0.4)
    #expect(performer.pose(at: 1.1).weights[.mouthSmileLeft] > 0.1)
    #expect(performer.pose(at: 1.6).weights[.mouthSmileLeft] < 0.01)
    performer.play(.joy, strength: 1, seconds: 3)
    performer.set(.neutral, to: 0)
    #expect(performer.pose(at: 2.4).weights[.mouthSmileLeft] > 0.3)
    performer.set(.neutral, to: 1, fade: 0)
    #expect(performer.pose(at: 2.5).weights[.mouthSmileLeft] < 0.01)
    performer.set(.joy, to: 1, fade: 0)
    let full = performer.pose(at: 3).weights[.mouthSmileLeft]
    performer.play(.neutral, strength: 1, seconds: 2)
    #expect(performer.pose(at: 4).weights[.mouthSmileLeft] < 0.01)
    #expect(abs(performer.pose(at: 5.5).weights[.mouthSmileLeft] - full) < 0.02)
  }

  @Test func aMoodComesGradually() {
    var performer = PerformerTests.still()
    _ = performer.pose(at: 0)
    performer.setMood(friendly: 1)
    var before: Float = 0
    for i in 1...100 {
      let smile = performer.pose(at: Double(i) / 100).weights[.mouthSmileLeft]
      #expect(smile >= before && smile - before < 0.03)
      before = smile
    }
    #expect(before > 0.28)
  }

  @Test func aClipLiesOnTopOfWhatIsHeld() {
    let smile = Self.smile([0.5, 1.5, 4]) {
      $0.set(.joy, to: 0.3, fade: 0)
      $0.play(.joy, strength: 1, seconds: 3)
    }
    #expect(smile[1] > 0.95 && abs(smile[2] - 0.3) < 0.01)
  }

  @Test func neutralTakesTheOthersAway() {
    var performer = PerformerTests.still()
    performer.set(.joy, to: 1, fade: 0)
    performer.set(.surprise, to: 1, fade: 0)
    _ = performer.pose(at: 0)
    performer.set(.neutral, to: 1)
    _ = performer.pose(at: 1)
    for shape in Blendshape.allCases { #expect(performer.pose(at: 1).weights[shape] == 0) }
  }

  @Test func severalTogetherAreAsStrongAsOne() {
    var performer = PerformerTests.still()
    for emotion in Self.felt { performer.set(emotion, to: 1, fade: 0) }
    let weights = performer.pose(at: 0).weights
    for shape in Blendshape.allCases { #expect((0...1.5).contains(weights[shape])) }
    #expect(weights[.browInnerUp] < 1.1 && weights[.mouthSmileLeft] < 0.5)
  }

  @Test(arguments: felt) func aHeldEmotionIsNeverFrozen(_ emotion: Emotion) {
    var performer = Performer(seed: 31)
    performer.set(emotion, to: 1, fade: 0)
    let sign = Self.signs.first { $0.0 == emotion }!.1[0]
    let values = (0..<600).map { performer.pose(at: Double($0) / 60).weights[sign] }
    #expect(values.max()! - values.min()! > 0.02 && values.max()! - values.min()! < 0.6)
  }

  /// The left half of a face shows an emotion a little more strongly, and never exactly as the right one.
  @Test func itIsNotSymmetrical() {
    let weights = Self.weights(.joy, 1)
    let difference = weights[.mouthSmileLeft] - weights[.mouthSmileRight]
    #expect(difference > 0.01 && difference < 0.12)
  }

  /// Eyes follow an emotion in saccades; they never glide.
  @Test func theEyesDoNotGlideDown() {
    var performer = Performer(seed: 32)
    performer.play(.sadness, strength: 1, seconds: 4)
    let heights = (0..<400).map { i in
      let pose = performer.pose(at: Double(i) / 100)
      return (pose.gaze.y - 0.85 * pose.pitch) * 180 / .pi
    }
    #expect(heights.min()! < -4)
    let slow = zip(heights.dropFirst(), heights).filter { abs($0 - $1) > 0.015 && abs($0 - $1) < 0.1 }
    #expect(slow.count < 40)
  }

  @Test func headAndEyesTakePart() {
    /// Mean pitch (down), roll and yaw in degrees, and where the eyes look in the world.
    func bearing(_ emotion: Emotion) -> (pitch: Float, roll: Float, yaw: Float, look: Float) {
      var sum: (Float, Float, Float, Float) = (0, 0, 0, 0)
      let seeds: ClosedRange<UInt64> = 1...8
      for seed in seeds {
        var performer = Performer(seed: seed)
        performer.set(emotion, to: 1, fade: 0)
        for i in 0..<600 {
          let pose = performer.pose(at: Double(i) / 20)
          sum = (sum.0 + pose.pitch, sum.1 + pose.roll, sum.2 + pose.yaw, sum.3 + pose.gaze.y - pose.pitch)
        }
      }
      let scale = 180 / Float.pi / Float(600 * seeds.count)
      return (sum.0 * scale, sum.1 * scale, sum.2 * scale, sum.3 * scale)
    }
    #expect(bearing(.sadness).pitch > 4 && bearing(.sadness).look < -4)
    #expect(bearing(.surprise).pitch < -2)
    #expect(abs(bearing(.confusion).roll) > 4)
    #expect(abs(bearing(.disgust).yaw) > 5)
    #expect(bearing(.anger).pitch > 2 && abs(bearing(.anger).look) < 2)
  }
}
