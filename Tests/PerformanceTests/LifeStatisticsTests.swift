import Head
import Linear
import Performance
import Testing

/// The laws of docs/life.md, measured on what the performer shows. Each test prints its figures:
/// `swift test --filter LifeStatisticsTests`.
@Suite("Life follows the published statistics")
struct LifeStatisticsTests {
  static let minutes = 5.0
  static let seeds: [UInt64] = [1, 2, 3, 4]
  static let listening = seeds.map { Recording.listening(minutes * 60, seed: $0) }
  static let speaking = seeds.map { Recording.speaking(minutes * 60, seed: $0) }
  static let degree: Float = .pi / 180

  static func print(_ name: String, _ value: Float, _ unit: String, published: String) {
    Swift.print("\(name): \((value * 100).rounded() / 100) \(unit) (\(published))")
  }

  // MARK: Blinks

  struct Blink {
    var start: Int
    var deepest: Int
    var end: Int
    var depth: Float
  }

  static func blinks(_ recording: Recording) -> [Blink] {
    let lids = recording.values { $0.weights[.eyeBlinkLeft] }
    var found: [Blink] = []
    var i = 1
    while i < lids.count {
      guard lids[i] > 0.02, lids[i - 1] <= 0.02 else {
        i += 1
        continue
      }
      var end = i
      while end + 1 < lids.count, lids[end] > 0.02 { end += 1 }
      let deepest = (i...end).max { lids[$0] < lids[$1] }!
      found.append(Blink(start: i, deepest: deepest, end: end, depth: lids[deepest]))
      i = end + 1
    }
    return found
  }

  static func pauses(_ recordings: [Recording]) -> [Float] {
    recordings.flatMap { recording in
      let starts = blinks(recording).map(\.start)
      return zip(starts.dropFirst(), starts).map { Float($0 - $1) / 100 }
    }
  }

  static func rate(_ recordings: [Recording]) -> Float {
    Float(recordings.reduce(0) { $0 + blinks($1).count }) / Float(minutes) / Float(recordings.count)
  }

  @Test func blinksComeAtHumanRatesAndMoreOftenInSpeech() {
    let (rest, talk) = (Self.rate(Self.listening), Self.rate(Self.speaking))
    Self.print("blinks a minute, listening", rest, "", published: "17")
    Self.print("blinks a minute, speaking", talk, "", published: "26")
    #expect((14...20).contains(rest))
    #expect((22...30).contains(talk))
  }

  @Test func pausesBetweenBlinksAreLogNormal() {
    // Second blinks of a pair apart.
    let logs = Self.pauses(Self.listening).filter { $0 > 0.6 }.map { Elementary.log($0) }
    let (mean, deviation) = (Statistics.mean(logs), Statistics.deviation(logs))
    Self.print("median pause, listening", Elementary.exp(Statistics.median(logs)), "s", published: "about 3")
    Self.print("deviation of its logarithm", deviation, "", published: "log-normal")
    #expect((0.4...0.9).contains(deviation))
    #expect(abs(Statistics.skewness(logs)) < 0.5)
    // Distance of the distribution from the normal one with the same moments (Kolmogorov-Smirnov).
    let sorted = logs.sorted().map { ($0 - mean) / deviation }
    let distance = sorted.indices.map { i in
      let normal = Elementary.sigmoid(1.702 * sorted[i])
      return abs(normal - (Float(i) + 0.5) / Float(sorted.count))
    }.max()!
    Self.print("distance from the log-normal law", distance, "", published: "0")
    #expect(distance < 0.08)
  }

  @Test func lidsCloseFasterThanTheyOpenAndNotAlwaysAllTheWay() {
    let all = Self.listening.flatMap(Self.blinks)
    let closing = Statistics.mean(all.map { Float($0.deepest - $0.start) * 10 })
    let opening = Statistics.mean(all.map { Float($0.end - $0.deepest) * 10 })
    let partial = Float(all.filter { $0.depth < 0.85 }.count) / Float(all.count)
    let pauses = Self.pauses(Self.listening)
    let double = Float(pauses.filter { $0 < 0.6 }.count) / Float(pauses.count)
    Self.print("closing", closing, "ms", published: "60-80")
    Self.print("opening", opening, "ms", published: "about twice as long or more")
    Self.print("partial blinks", 100 * partial, "%", published: "up to half; few here")
    Self.print("double blinks", 100 * double, "%", published: "some")
    #expect((50...110).contains(closing) && opening > 1.6 * closing && opening < 300)
    #expect((0.05...0.2).contains(partial))
    #expect((0.03...0.15).contains(double))
  }

  @Test func blinksFallOnPhraseEnds() {
    var after = 0
    var phrases = 0
    for recording in Self.speaking {
      let starts = Self.blinks(recording).map { Double($0.start) / 100 }
      for phrase in recording.phrases.dropLast() {
        phrases += 1
        if starts.contains(where: { (0.1...0.5).contains($0 - phrase.upperBound) }) { after += 1 }
      }
    }
    let share = Float(after) / Float(phrases)
    Self.print("phrase ends with a blink within 0.5 s", 100 * share, "%", published: "most blinks fall on pauses")
    #expect(share > 0.4)
  }

  // MARK: Eyes

  struct Saccade {
    var amplitude: Float
    var milliseconds: Float
    var peak: Float
  }

  /// Jumps faster than 25 degrees a second, degrees; the head is still.
  static func saccades(seed: UInt64) -> [Saccade] {
    let gaze = Recording.listening(minutes * 60, seed: seed, style: .silent).poses.map { $0.gaze / degree }
    var found: [Saccade] = []
    var i = 1
    while i < gaze.count {
      var peak: Float = 0
      let start = i - 1
      while i < gaze.count, (gaze[i] - gaze[i - 1]).length * 100 > 25 {
        peak = max(peak, (gaze[i] - gaze[i - 1]).length * 100)
        i += 1
      }
      if peak > 0 {
        found.append(
          Saccade(amplitude: (gaze[i - 1] - gaze[start]).length, milliseconds: Float(i - 1 - start) * 10, peak: peak))
      }
      i += 1
    }
    return found
  }

  @Test func saccadesFollowTheMainSequence() {
    let all = Self.seeds.flatMap(Self.saccades).filter { $0.amplitude > 1.5 }
    // Ticks of 10 ms round the duration; the mean error shows a bias.
    let error = Statistics.mean(all.map { $0.milliseconds - (21 + 2.2 * $0.amplitude) })
    Self.print("duration less 21 ms + 2.2 ms a degree", error, "ms", published: "0")
    #expect(abs(error) < 8)
    func peak(_ range: ClosedRange<Float>) -> Float {
      Statistics.mean(all.filter { range.contains($0.amplitude) }.map(\.peak))
    }
    let peaks = [peak(1.5...2.5), peak(4...6), peak(7...10)]
    for (name, value) in zip(["2", "5", "8"], peaks) {
      Self.print(
        "peak velocity of \(name) degrees", value, "degrees a second", published: "rises with amplitude, flattens")
    }
    #expect(peaks[0] < peaks[1] && peaks[1] < peaks[2])
    #expect(peaks[0] > 40 && peaks[2] < 400)
    #expect(peaks[1] / peaks[0] < 2.6)
  }

  @Test func eyesRestBetweenSaccades() {
    let gaze = Recording.listening(120, seed: 12, style: .silent).poses.map { $0.gaze / Self.degree }
    let speeds = zip(gaze.dropFirst(), gaze).map { ($0 - $1).length * 100 }
    let drift = Statistics.median(speeds)
    Self.print("drift of fixation", drift, "degrees a second", published: "under 0.5")
    #expect(drift > 0.02 && drift < 0.5)
    let small = Self.saccades(seed: 5)
    let share = Float(small.filter { $0.amplitude < 1 }.count) / Float(small.count)
    Self.print("saccades under 1 degree", 100 * share, "%", published: "many in fixation")
    #expect(share > 0.2)
  }

  /// Where the eyes look: without what the reflex leaves of the head's turn, radians.
  static func line(_ pose: Pose) -> Vector2 {
    Vector2(pose.gaze.x + 0.85 * pose.yaw, pose.gaze.y - 0.85 * pose.pitch)
  }

  /// Share of time in which the eyes are within 3.5 degrees of the camera.
  static func contact(_ recordings: [Recording]) -> Float {
    Statistics.mean(
      recordings.flatMap { recording in
        recording.poses.map { line($0).length < 3.5 * degree ? 1 : 0 }
      })
  }

  @Test func listenersLookAtTheOtherMoreThanSpeakersDo() {
    let (rest, talk) = (Self.contact(Self.listening), Self.contact(Self.speaking))
    Self.print("eye contact, listening", 100 * rest, "%", published: "75 %")
    Self.print("eye contact, speaking", 100 * talk, "%", published: "41 %; held longer here")
    #expect((0.75...0.95).contains(rest))
    #expect((0.55...0.8).contains(talk))
    #expect(talk < rest - 0.08)
  }

  @Test func theEyesTurnAwayAsAPhraseBeginsAndComeBackAsItEnds() {
    var (begins, ends, count): (Float, Float, Float) = (0, 0, 0)
    for recording in Self.speaking {
      for phrase in recording.phrases.dropLast() {
        func isAway(_ time: Double) -> Float {
          let pose = recording.poses[min(recording.poses.count - 1, Int(time * 100))]
          return Self.line(pose).length > 3.5 * Self.degree ? 1 : 0
        }
        begins += isAway(phrase.lowerBound + 0.4)
        ends += isAway(phrase.upperBound + 0.4)
        count += 1
      }
    }
    Self.print(
      "looking away 0.4 s after a phrase began", 100 * begins / count, "%", published: "over 70 % of long ones")
    Self.print("looking away 0.4 s after it ended", 100 * ends / count, "%", published: "under 30 % of long ones")
    #expect(begins / count > 0.35 && ends / count < 0.15)
  }

  // MARK: Head

  @Test func theHeadsSpectrumFallsAndLiesUnderOneHertz() {
    for (name, value) in [("yaw", \Pose.yaw), ("pitch", \Pose.pitch), ("roll", \Pose.roll)] {
      let power = Self.speaking.map { Statistics.spectrum($0.poses.map { $0[keyPath: value] }) }
        .reduce([Float](repeating: 0, count: 512)) { zip($0, $1).map { $0 + $1 } }
      func sum(_ from: Float, _ to: Float) -> Float {
        power.indices.filter { (from..<to).contains(Float($0) * 20 / 1024) }.reduce(0) { $0 + power[$1] }
      }
      let total = sum(0, 10)
      let low = sum(0, 1) / total
      let fast = sum(4, 10) / total
      // Power a hertz falls from octave to octave.
      let octaves = [sum(0.25, 0.5) / 0.25, sum(0.5, 1) / 0.5, sum(1, 2), sum(2, 4) / 2, sum(4, 8) / 4]
      Self.print("\(name): power under 1 Hz", 100 * low, "%", published: "most")
      Self.print("\(name): power over 4 Hz", 100 * fast, "%", published: "next to nothing")
      #expect(low > 0.75)
      #expect(fast < 0.01)
      for (lower, upper) in zip(octaves, octaves.dropFirst()) { #expect(upper < lower) }
    }
  }

  @Test func listenersNodNowAndThen() {
    let poses = Self.listening.map { $0.values { $0.pitch / Self.degree } }
    // A nod goes down by a degree and comes up again within 0.8 s.
    let nods = poses.map { pitch in
      var (count, i) = (0, 80)
      while i < pitch.count {
        let window = pitch[i - 80..<i]
        let middle = window.max()!
        if window.firstIndex(of: middle)! - (i - 80) > 15, middle - window.first! > 0.8, middle - window.last! > 0.8 {
          count += 1
          i += 150
        } else {
          i += 5
        }
      }
      return Float(count) / Float(Self.minutes)
    }
    Self.print("nods a minute, listening", Statistics.mean(nods), "", published: "some, never regular")
    #expect((2...10).contains(Statistics.mean(nods)))
  }

  @Test func noMotionJerks() {
    for recording in Self.speaking + Self.listening {
      for value in [\Pose.yaw, \Pose.pitch, \Pose.roll] {
        let x = recording.poses.map { $0[keyPath: value] / Self.degree }
        let speed = zip(x.dropFirst(), x).map { abs($0 - $1) * 100 }.max()!
        #expect(speed < 40)
      }
    }
  }

  // MARK: Breath

  @Test func breathIsShallowAtRestAndDeepInSpeech() {
    let rest = Self.listening.map { $0.values(\.breath) }
    let talk = Self.speaking.map { $0.values(\.breath) }
    func peaks(_ x: [Float]) -> [Int] {
      x.indices.dropFirst().dropLast().filter { x[$0] >= x[$0 - 1] && x[$0] > x[$0 + 1] && x[$0] > 0.25 }
    }
    let cycles = rest.flatMap { x in zip(peaks(x).dropFirst(), peaks(x)).map { Float($0 - $1) / 100 } }
    let (depthAtRest, depthInSpeech) = (
      Statistics.mean(rest.flatMap { x in peaks(x).map { x[$0] } }),
      Statistics.mean(talk.flatMap { x in peaks(x).map { x[$0] } })
    )
    let inhaling = rest.map { x in Float(x.indices.dropFirst().filter { x[$0] > x[$0 - 1] }.count) / Float(x.count) }
    let inhalingInSpeech = talk.map { x in
      Float(x.indices.dropFirst().filter { x[$0] > x[$0 - 1] }.count) / Float(x.count)
    }
    Self.print("breaths a minute at rest", 60 / Statistics.mean(cycles), "", published: "about 16")
    Self.print("variation of the cycle", Statistics.deviation(cycles) / Statistics.mean(cycles), "", published: "large")
    Self.print("share of breathing in, at rest", Statistics.mean(inhaling), "", published: "about 0.4")
    Self.print("the same in speech", Statistics.mean(inhalingInSpeech), "", published: "much shorter than at rest")
    Self.print("depth in speech over depth at rest", depthInSpeech / depthAtRest, "", published: "deeper")
    #expect((12...18).contains(60 / Statistics.mean(cycles)))
    #expect(Statistics.deviation(cycles) > 0.1 * Statistics.mean(cycles))
    #expect((0.33...0.46).contains(Statistics.mean(inhaling)))
    #expect(Statistics.mean(inhalingInSpeech) < 0.8 * Statistics.mean(inhaling))
    #expect(depthInSpeech > 1.4 * depthAtRest)
  }

  // MARK: Never periodic

  static let signals: [(String, @Sendable (Pose) -> Float)] = [
    ("yaw", { $0.yaw }), ("pitch", { $0.pitch }), ("roll", { $0.roll }), ("gaze x", { $0.gaze.x }),
    ("gaze y", { $0.gaze.y }), ("blink", { $0.weights[.eyeBlinkLeft] }), ("breath", { $0.breath }),
    ("brow", { $0.weights[.browInnerUp] }), ("smile", { $0.weights[.mouthSmileLeft] }), ("x", { $0.translation.x }),
    ("z", { $0.translation.z }),
  ]

  /// Five minutes each; a slow signal is like itself for a few seconds, a periodic one again and again.
  @Test(arguments: [false, true]) func nothingIsPeriodic(speaking: Bool) {
    for (name, value) in Self.signals {
      let correlations = (speaking ? Self.speaking : Self.listening).map {
        Statistics.autocorrelation($0.values(value), upTo: 60)
      }
      let mean = correlations[0].indices.map { i in Statistics.mean(correlations.map { $0[i] }) }
      let peaks = (20..<600).filter { mean[$0] > mean[$0 - 1] && mean[$0] >= mean[$0 + 1] }
      let highest = peaks.map { mean[$0] }.max() ?? 0
      let when = speaking ? "speaking" : "listening"
      Self.print("\(name), \(when): highest peak beyond 2 s", highest, "", published: "none")
      // Breathing is a cycle, and has to be one; its cycles differ so much that few of them still correlate.
      #expect(highest < (name == "breath" ? 0.4 : 0.3))
    }
  }
}
