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
    // Gaze is relative to the head: between saccades it goes against the turn, and the line of sight stays.
    var (turned, strayed): (Float, Float) = (0, 0)
    for (now, last) in zip(poses.dropFirst(), poses) where (now.gaze - last.gaze).length < 0.003 {
      turned += abs(now.yaw - last.yaw)
      strayed += abs(now.yaw + now.gaze.x - last.yaw - last.gaze.x)
    }
    #expect(strayed < 0.4 * turned)
  }

  @Test func lidsFollowAGazeThatIsAskedFor() {
    var performer = PerformerTests.still()
    let down = performer.pose(at: 0, gaze: Vector2(0, -0.3))
    #expect(down.gaze.y == -0.3 && down.weights[.eyeLookDownLeft] > 0.6 && down.weights[.eyeLookUpLeft] == 0)
    let right = performer.pose(at: 0, gaze: Vector2(0.3, 0))
    #expect(right.weights[.eyeLookOutLeft] > 0.6 && right.weights[.eyeLookDownLeft] == 0)
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
    /// Mean speed of the turn from when the turn has settled, degrees a second.
    func speed(_ poses: [Pose]) -> Float {
      let yaw = poses.dropFirst(300).map { $0.yaw * 180 / .pi }
      return zip(yaw.dropFirst(), yaw).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(yaw.count) * 60
    }
    let rest = speed(Self.poses(&listening, seconds: 120))
    let talk = speed(Self.poses(&speaking, seconds: 120, voice: { _ in 0.6 }))
    #expect(rest > 0.3 && talk > 1.5 * rest)
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

  // MARK: Speaking, listening, still

  @Test func itTakesTurnsWithin300Milliseconds() {
    var performer = Performer(seed: 19)
    var changes: [Double] = []
    var said = 0.0
    for i in 0..<600 {
      let time = Double(i) / 100
      while said < time + 0.1 {
        PerformerTests.say((2...4).contains(said) ? .aa : .sil, from: said, to: said + 0.01, into: &performer)
        said += 0.01
      }
      let before = performer.isSpeaking
      _ = performer.pose(at: time)
      if performer.isSpeaking != before { changes.append(time) }
    }
    #expect(changes.count == 2)
    #expect((0...0.3).contains(changes[0] - 2) && (0...0.3).contains(changes[1] - 4))
  }

  @Test func pausesInsideAPhraseDoNotChangeTheTurn() {
    var performer = Performer(seed: 20)
    var said = 0.0
    for i in 0..<400 {
      let time = Double(i) / 100
      while said < time + 0.1 {
        let isClosure = said.truncatingRemainder(dividingBy: 0.5) < 0.15
        PerformerTests.say(isClosure ? .sil : .aa, from: said, to: said + 0.01, into: &performer)
        said += 0.01
      }
      _ = performer.pose(at: time)
      if time > 0.5 { #expect(performer.isSpeaking) }
    }
  }

  static func bits(_ pose: Pose) -> [UInt32] {
    let rest = [
      pose.yaw, pose.pitch, pose.roll, pose.translation.x, pose.translation.y, pose.translation.z, pose.gaze.x,
      pose.gaze.y, pose.breath,
    ]
    return (Blendshape.allCases.map { pose.weights[$0] } + rest).map(\.bitPattern)
  }

  @Test func aStillHeadIsBitForBitStill() {
    var performer = Performer(seed: 21)
    performer.isAlive = false
    performer.set(.joy, to: 0.6, fade: 0)
    let frames = Self.poses(&performer, seconds: 20).map(Self.bits)
    #expect(frames.allSatisfy { $0 == frames[0] })
    let pose = performer.pose(at: 20)
    #expect(pose.yaw == 0 && pose.gaze == Vector2(0, 0) && pose.breath == 0 && pose.weights[.mouthSmileLeft] > 0.4)
  }

  @Test func aHeadThatIsToldToBeStillComesToRestSmoothly() {
    var performer = Performer(seed: 22)
    var last = Self.poses(&performer, seconds: 10).last!
    performer.isAlive = false
    for i in 0..<60 {
      let pose = performer.pose(at: 10 + Double(i) / 60)
      #expect(abs(pose.yaw - last.yaw) < 0.01 && abs(pose.weights[.eyeBlinkLeft] - last.weights[.eyeBlinkLeft]) < 0.5)
      last = pose
    }
    #expect(Self.bits(performer.pose(at: 11)) == Self.bits(performer.pose(at: 30)))
    // And lives again.
    performer.isAlive = true
    #expect(Set((0..<60).map { performer.pose(at: 31 + Double($0) / 30).yaw }).count > 50)
  }

  @Test func aSpeakingStillHeadMovesItsMouthOnly() {
    var performer = Performer(seed: 23)
    performer.isAlive = false
    performer.setMood(friendly: 0)
    for pose in Self.poses(&performer, seconds: 5, voice: { $0 < 3 ? 0.8 : 0 }) {
      #expect(pose.yaw == 0 && pose.pitch == 0 && pose.gaze == Vector2(0, 0) && pose.breath == 0)
      #expect(pose.weights[.eyeBlinkLeft] == 0 && pose.weights[.browInnerUp] == 0)
    }
  }

  @Test func pitchAccentsRaiseTheBrows() {
    func brow(_ pitch: (Double) -> Float) -> Float {
      var highest: Float = 0
      for seed: UInt64 in 1...10 {
        var performer = Performer(seed: seed)
        performer.setMood(friendly: 0)
        for i in 0..<400 {
          let time = Double(i) / 100
          var weights = VisemeWeights(lanes: .zero)
          weights[.aa] = 1
          performer.add(SpeechFrame(time: time, visemes: weights, loudness: 0.5, voicing: 1, pitch: pitch(time)))
          let pose = performer.pose(at: time)
          if time > 2 { highest = max(highest, pose.weights[.browOuterUpLeft]) }
        }
      }
      return highest
    }
    let accented = brow { (2.5...2.7).contains($0) ? 160 : 120 }
    #expect(accented > brow { _ in 120 } + 0.05)
  }
}
