import Head
import Linear
import Performance
import Speech
import Testing

@Suite("The performer turns speech into a living face")
struct PerformerTests {
  /// Frames of one viseme every 10 ms.
  static func say(_ viseme: Viseme, from: Double, to: Double, loudness: Float = 0.6, into performer: inout Performer) {
    var time = from + 0.005
    while time < to {
      var weights = VisemeWeights(lanes: .zero)
      weights[viseme] = 1
      performer.add(
        SpeechFrame(time: time, visemes: weights, loudness: viseme == .sil ? 0 : loudness, voicing: 1, pitch: 120))
      time += 0.01
    }
  }

  static func still(seed: UInt64 = 1) -> Performer {
    var performer = Performer(seed: seed)
    performer.isAlive = false
    performer.setMood(friendly: 0)
    return performer
  }

  /// What is open between the lips: the jaw's opening without what `mouthClose` takes back.
  static func gap(_ pose: Pose) -> Float { pose.weights[.jawOpen] - pose.weights[.mouthClose] }

  @Test func aVowelOpensTheJawAndSilenceClosesIt() {
    var performer = Self.still()
    Self.say(.aa, from: 0, to: 0.4, into: &performer)
    #expect(performer.pose(at: 0.2).weights[.jawOpen] > 0.4)
    Self.say(.sil, from: 0.4, to: 0.8, into: &performer)
    #expect(performer.pose(at: 0.7).weights[.jawOpen] < 0.01)
  }

  @Test func aShortClosureBetweenVowelsCloses() {
    var performer = Self.still()
    Self.say(.aa, from: 0, to: 0.3, into: &performer)
    Self.say(.PP, from: 0.3, to: 0.35, into: &performer)
    Self.say(.aa, from: 0.35, to: 0.6, into: &performer)
    let closed = performer.pose(at: 0.325)
    #expect(Self.gap(closed) < 0.03)
    #expect(closed.weights[.mouthPressLeft] > 0.3)
    #expect(performer.pose(at: 0.22).weights[.jawOpen] > 0.4)
    #expect(performer.pose(at: 0.45).weights[.jawOpen] > 0.4)
  }

  /// What a script's shortest closure becomes: one frame. At any display rate some picture shows the lips together.
  @Test(arguments: [30.0, 60.0]) func aClosureOfOneFrameCloses(rate: Double) {
    for phase in 0..<8 {
      var performer = Self.still()
      Self.say(.aa, from: 0, to: 0.3, into: &performer)
      Self.say(.PP, from: 0.3, to: 0.309, into: &performer)
      Self.say(.aa, from: 0.31, to: 0.6, into: &performer)
      let times = stride(from: 0.2 + Double(phase) / 8 / rate, to: 0.4, by: 1 / rate)
      #expect(times.map { Self.gap(performer.pose(at: $0)) }.min()! < 0.03)
    }
  }

  /// The lower incisors travel 4 cm for a `jawOpen` of 1 (`RigTests`).
  @Test func theJawIsNoFasterThanAJaw() {
    var performer = Self.still()
    for (k, viseme) in [Viseme.sil, .aa, .PP, .aa, .sil, .PP, .aa, .SS, .oh, .FF, .aa, .sil].enumerated() {
      let start = Double(k) * 0.15
      Self.say(viseme, from: start, to: start + 0.149, loudness: 0.9, into: &performer)
      let jaw = stride(from: start - 0.2, to: start, by: 0.01).map { performer.pose(at: $0).weights[.jawOpen] }
      for (a, b) in zip(jaw, jaw.dropFirst()) { #expect(abs(b - a) * 4 / 0.01 < 22.5) }
    }
  }

  /// From pressed lips to a wide vowel: not within a picture or two, and not later than speech does it.
  @Test func theMouthOpensFromAClosureAsFastAsAMouth() throws {
    var performer = Self.still()
    Self.say(.PP, from: 0, to: 0.2, into: &performer)
    Self.say(.aa, from: 0.2, to: 0.6, into: &performer)
    let times = Array(stride(from: 0.15, to: 0.5, by: 0.002))
    let gaps = times.map { Self.gap(performer.pose(at: $0)) }
    let wide = gaps.max()!
    #expect(wide > 0.4)
    let start = times[try #require(gaps.lastIndex { $0 < 0.05 * wide })]
    let end = times[try #require(gaps.firstIndex { $0 > 0.95 * wide })]
    print("closed to wide: \(Int(1000 * (end - start))) ms, from \(Int(1000 * (start - 0.2))) ms")
    #expect(end - start > 0.045 && end - start < 0.15)
    #expect(start < 0.225)
  }

  /// The jaw comes up no faster than a jaw, but the lips are closed in time.
  @Test func lipsMeetInTimeOverAJawThatIsStillOpen() {
    var performer = Self.still()
    Self.say(.aa, from: 0, to: 0.3, into: &performer)
    Self.say(.PP, from: 0.3, to: 0.4, into: &performer)
    for time in stride(from: 0.302, to: 0.4, by: 0.002) {
      let pose = performer.pose(at: time)
      #expect(Self.gap(pose) < 0.02 && pose.weights[.mouthLowerDownLeft] < 0.02)
    }
    #expect(performer.pose(at: 0.305).weights[.jawOpen] > 0.1)
  }

  @Test func theMouthClosesSteadilyWhenFramesStopComing() {
    var performer = Self.still()
    Self.say(.aa, from: 0, to: 0.5, into: &performer)
    let jaw = stride(from: 0.49, to: 0.63, by: 0.005).map { performer.pose(at: $0).weights[.jawOpen] }
    for (a, b) in zip(jaw, jaw.dropFirst()) { #expect(b <= a + 1e-6 && a - b < 0.1) }
    #expect(jaw.last == 0)
  }

  @Test func louderSpeechOpensWider() {
    var quiet = Self.still()
    var loud = Self.still()
    Self.say(.aa, from: 0, to: 0.4, loudness: 0.1, into: &quiet)
    Self.say(.aa, from: 0, to: 0.4, loudness: 0.9, into: &loud)
    #expect(loud.pose(at: 0.2).weights[.jawOpen] > 1.3 * quiet.pose(at: 0.2).weights[.jawOpen])
  }

  @Test func theMouthClosesWhenFramesStopComing() {
    var performer = Self.still()
    Self.say(.aa, from: 0, to: 0.5, into: &performer)
    #expect(performer.pose(at: 0.49).weights[.jawOpen] > 0.3)
    #expect(performer.pose(at: 0.62).weights[.jawOpen] == 0)
    #expect(performer.pose(at: 30).weights[.jawOpen] == 0)
  }

  @Test func interruptionClosesTheMouthWithin60Milliseconds() {
    var performer = Self.still()
    Self.say(.aa, from: 0, to: 1, into: &performer)
    _ = performer.pose(at: 0.5)
    performer.interrupt(at: 0.5, soundFed: 1)
    #expect(performer.pose(at: 0.561).weights[.jawOpen] == 0)
    Self.say(.aa, from: 0.9, to: 1, into: &performer)
    #expect(performer.pose(at: 0.95).weights[.jawOpen] == 0)
    Self.say(.aa, from: 1.1, to: 1.6, into: &performer)
    #expect(performer.pose(at: 1.4).weights[.jawOpen] > 0.3)
  }

  @Test func whatIsSaidAfterAnInterruptionIsKeptThoughNoPictureCameMeanwhile() {
    var performer = Self.still()
    Self.say(.aa, from: 0, to: 1, into: &performer)
    _ = performer.pose(at: 0.5)
    performer.interrupt(at: 0.5, soundFed: 0.55)
    Self.say(.aa, from: 0.56, to: 1.1, into: &performer)
    // The next picture comes when the mouth has long been closed.
    #expect(performer.pose(at: 0.9).weights[.jawOpen] == 0)
    #expect(performer.pose(at: 1).weights[.jawOpen] > 0.3)
  }

  @Test func theSameSeedGivesTheSameLifeAndAnotherSeedAnother() {
    var a = Performer(seed: 5)
    var b = Performer(seed: 5)
    var c = Performer(seed: 6)
    var differs = false
    for i in 0..<300 {
      let time = Double(i) / 30
      let pose = a.pose(at: time)
      let same = b.pose(at: time)
      #expect(pose.yaw == same.yaw && pose.weights[.eyeBlinkLeft] == same.weights[.eyeBlinkLeft])
      if c.pose(at: time).yaw != pose.yaw { differs = true }
    }
    #expect(differs)
  }

  /// With speech, too.
  @Test func lifeDoesNotDependOnTheDisplayRate() {
    func poses(_ rate: Int) -> [Pose] {
      var performer = Performer(seed: 9)
      var random = SeededRandom(seed: 9)
      var talk = Talk(random: &random, seconds: 20)
      return (0..<20 * rate).map { i in
        while let frame = talk.next(until: Double(i) / Double(rate) + 0.1) { performer.add(frame) }
        return performer.pose(at: Double(i) / Double(rate))
      }
    }
    let slow = poses(30)
    for rate in [60, 120] {
      let fast = poses(rate)
      for (i, pose) in slow.enumerated() {
        let other = fast[i * rate / 30]
        #expect(abs(pose.yaw - other.yaw) < 1e-5 && abs(pose.pitch - other.pitch) < 1e-5)
        #expect(abs(pose.weights[.eyeBlinkLeft] - other.weights[.eyeBlinkLeft]) < 1e-3)
        #expect(abs(pose.breath - other.breath) < 1e-4)
      }
    }
  }

  @Test func theHeadStaysWithinItsLimitsAndMovesSmoothly() {
    var performer = Performer(seed: 4)
    performer.style = .lively
    Self.say(.aa, from: 0, to: 60, into: &performer)
    var last = performer.pose(at: 0)
    for i in 1..<3600 {
      let pose = performer.pose(at: Double(i) / 60)
      #expect(abs(pose.yaw) < Limits.liveAngle && abs(pose.pitch) < Limits.liveAngle)
      #expect(abs(pose.yaw - last.yaw) < 0.02 && abs(pose.pitch - last.pitch) < 0.02)
      last = pose
    }
  }

  @Test func aSilentHeadIsStill() {
    var performer = Performer(seed: 4)
    performer.style = .silent
    var range: Float = 0
    for i in 0..<600 { range = max(range, abs(performer.pose(at: Double(i) / 30).yaw)) }
    #expect(range < 0.002)
  }

  @Test func aChangeOfStyleIsThereWithinAThirdOfASecond() {
    let changes = (0..<24).map { seed -> (then: Float, after: Float) in
      var performer = Performer(seed: UInt64(seed))
      performer.style = .lively
      let before = (0..<150).map { performer.pose(at: Double($0) / 30) }
      performer.style = .silent
      let after = (150..<160).map { performer.pose(at: Double($0) / 30) }
      func turn(_ pose: Pose) -> Float { abs(pose.yaw) + abs(pose.pitch) + abs(pose.roll) }
      return (turn(before.last!), turn(after.last!))
    }
    let (then, after) = changes.reduce((0, 0)) { ($0.0 + $1.then, $0.1 + $1.after) }
    #expect(after < 0.1 * then)
  }

  @Test func anEmotionFadesInAndLeavesClosuresClosed() {
    var performer = Self.still()
    performer.set(.surprise, to: 1)
    Self.say(.PP, from: 0, to: 2, into: &performer)
    _ = performer.pose(at: 0)
    #expect(performer.pose(at: 0.02).weights[.browInnerUp] < 0.2)
    let pose = performer.pose(at: 1.9)
    #expect(pose.weights[.browInnerUp] > 0.7)
    #expect(pose.weights[.jawOpen] < 0.06)
  }

  @Test func aGapOfAnHourCostsNothing() {
    var performer = Performer(seed: 2)
    _ = performer.pose(at: 0)
    let pose = performer.pose(at: 3600)
    #expect(pose.yaw.isFinite)
  }
}
