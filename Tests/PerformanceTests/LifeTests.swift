import Head
import Linear
import Performance
import Speech
import Testing

@Suite("A head that says nothing, or something, is alive")
struct LifeTests {
  /// Poses 60 times a second, from 0 to `seconds`.
  static func poses(_ performer: inout Performer, seconds: Double) -> [Pose] {
    (0..<Int(seconds * 60)).map { performer.pose(at: Double($0) / 60) }
  }

  /// The same to a vowel whose loudness (0...1) at each time is `voice`; the sound comes as it is shown.
  static func poses(_ performer: inout Performer, seconds: Double, voice: (Double) -> Float) -> [Pose] {
    var said = 0.0
    return (0..<Int(seconds * 60)).map { i in
      let time = Double(i) / 60
      while said < time + 0.1 {
        PerformerTests.say(.aa, from: said, to: said + 0.01, loudness: voice(said), into: &performer)
        said += 0.01
      }
      return performer.pose(at: time)
    }
  }

  static func deviation(_ values: [Float]) -> Float {
    let mean = values.reduce(0, +) / Float(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot()
  }

  @Test func theChestRisesTwelveToEighteenTimesAMinuteFasterThanItFalls() {
    var performer = Performer(seed: 11)
    let breath = Self.poses(&performer, seconds: 120).map(\.breath)
    #expect(breath.min()! >= 0 && breath.max()! <= 1)
    #expect(breath.max()! > 0.95 && breath.min()! < 0.05)
    var peaks: [Int] = []
    var rising = 0
    var falling = 0
    for i in 1..<breath.count - 1 {
      if breath[i] > breath[i - 1] { rising += 1 }
      if breath[i] < breath[i - 1] { falling += 1 }
      if breath[i] > 0.9, breath[i] >= breath[i - 1], breath[i] > breath[i + 1] { peaks.append(i) }
    }
    #expect((24...36).contains(peaks.count))
    #expect(Float(rising) < 0.85 * Float(falling))
    let cycles = zip(peaks.dropFirst(), peaks).map { Float($0 - $1) }
    #expect(Self.deviation(cycles) > 0.05 * cycles.reduce(0, +) / Float(cycles.count))
  }

  /// Where the eyes look, seen from the head: jumps between rests, small ones about the camera, larger ones away.
  @Test func theEyesRestAndJump() {
    var performer = Performer(seed: 12)
    performer.style = .silent
    let gaze = Self.poses(&performer, seconds: 120).map(\.gaze)
    let steps = zip(gaze.dropFirst(), gaze).map { ($0 - $1).length }
    let degree: Float = .pi / 180
    let resting = steps.filter { $0 < 0.05 * degree }.count
    #expect(Float(resting) > 0.8 * Float(steps.count))
    var jumps = 0
    for i in 1..<steps.count where steps[i] > 0.25 * degree && steps[i - 1] <= 0.25 * degree { jumps += 1 }
    // A rest lasts 0.3 to 2.6 seconds.
    #expect((40...240).contains(jumps))
    #expect(gaze.map(\.length).max()! > 3.5 * degree && gaze.map(\.length).max()! < 15 * degree)
    #expect(Float(gaze.filter { $0.length < 3.5 * degree }.count) > 0.6 * Float(gaze.count))
  }

  @Test func theEyesHoldTheCameraWhileTheHeadTurns() {
    var performer = Performer(seed: 13)
    performer.style = .lively
    let poses = Self.poses(&performer, seconds: 60)
    // Gaze is relative to the head: it goes against the turn.
    let product = poses.reduce(Float(0)) { $0 + $1.yaw * $1.gaze.x }
    #expect(product < 0)
    #expect(Self.deviation(poses.map { $0.yaw + $0.gaze.x }) < Self.deviation(poses.map(\.gaze.x)))
  }

  @Test func lidsFollowTheGaze() {
    var performer = Performer(seed: 14)
    var looked = false
    for pose in Self.poses(&performer, seconds: 60) where abs(pose.gaze.y) > 0.03 && pose.weights[.eyeBlinkLeft] == 0 {
      looked = true
      let (up, down) = (pose.weights[.eyeLookUpLeft], pose.weights[.eyeLookDownLeft])
      #expect(pose.gaze.y > 0 ? up > 0 && down == 0 : down > 0 && up == 0)
    }
    #expect(looked)
  }

  @Test func aSpeakingHeadMovesMoreThanAListeningOne() {
    var listening = Performer(seed: 15)
    var speaking = Performer(seed: 15)
    // From when the energy has settled.
    let rest = Self.poses(&listening, seconds: 60).dropFirst(300).map(\.yaw)
    let talk = Self.poses(&speaking, seconds: 60, voice: { _ in 0.6 }).dropFirst(300).map(\.yaw)
    #expect(Self.deviation(rest) > 0.3 * .pi / 180)
    #expect(Self.deviation(talk) > 1.5 * Self.deviation(rest))
  }

  @Test func livelyMovesMoreThanCalm() {
    var calm = Performer(seed: 16)
    var lively = Performer(seed: 16)
    lively.style = .lively
    let yaws = (Self.poses(&calm, seconds: 60).map(\.yaw), Self.poses(&lively, seconds: 60).map(\.yaw))
    #expect(Self.deviation(yaws.1) > 1.3 * Self.deviation(yaws.0))
  }

  /// The same head and the same words, once at an even voice and once with one loud syllable.
  @Test func aStressedSyllableNodsTheHead() {
    func pitches(loud: Bool) -> [Float] {
      var performer = Performer(seed: 17)
      return Self.poses(&performer, seconds: 3) { loud && 2...2.3 ~= $0 ? 0.9 : 0.3 }.map(\.pitch)
    }
    let (even, stressed) = (pitches(loud: false), pitches(loud: true))
    let change = zip(stressed, even).map { $0 - $1 }
    #expect(change[..<119].allSatisfy { $0 == 0 })
    // A nod goes down and comes back at 2-4 Hz.
    let deepest = change[120..<150].max()!
    #expect(deepest > 0.3 * .pi / 180 && deepest < 4 * .pi / 180)
  }

  @Test func anEvenVoiceIsNotStressed() {
    func pitches(_ loudness: Float) -> [Float] {
      var performer = Performer(seed: 18)
      return Self.poses(&performer, seconds: 5) { _ in loudness }.map(\.pitch)
    }
    // Loudness alone, once its beginning is over, moves nothing.
    let change = zip(pitches(0.5), pitches(0.52)).map { abs($0 - $1) }
    #expect(change[200...].max()! < 0.02 * .pi / 180)
  }
}
