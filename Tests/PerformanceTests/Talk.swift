import Head
import Linear
import Performance
import Speech

/// A performer followed for a while, 100 poses a second: one for every tick.
struct Recording {
  static let rate = 100.0
  var poses: [Pose]
  /// Where phrases begin and end, seconds.
  var phrases: [ClosedRange<Double>] = []

  func values(_ value: (Pose) -> Float) -> [Float] { poses.map(value) }

  /// Nobody speaks for `seconds`.
  static func listening(_ seconds: Double, seed: UInt64, style: HeadMotionStyle = .calm) -> Recording {
    var performer = Performer(seed: seed)
    performer.style = style
    return Recording(poses: (0..<Int(seconds * rate)).map { performer.pose(at: Double($0) / rate) })
  }

  /// Phrases of 2 to 5 s with pauses of 0.5 to 1.2 s: syllables at about 4.5 a second, every fourth or so stressed and
  /// higher.
  static func speaking(_ seconds: Double, seed: UInt64, style: HeadMotionStyle = .calm) -> Recording {
    var performer = Performer(seed: seed)
    performer.style = style
    var random = SeededRandom(seed: seed ^ 0xABCD)
    var talk = Talk(random: &random, seconds: seconds)
    var recording = Recording(poses: [], phrases: talk.phrases)
    for i in 0..<Int(seconds * rate) {
      let time = Double(i) / rate
      while let frame = talk.next(until: time + 0.1) { performer.add(frame) }
      recording.poses.append(performer.pose(at: time))
    }
    return recording
  }
}

/// Made-up speech: frames every 10 ms.
struct Talk {
  private(set) var phrases: [ClosedRange<Double>] = []
  private var syllables: [(start: Double, isStressed: Bool)] = []
  private let seconds: Double
  private var index = 0
  private var syllable = 0
  private var phrase = 0

  init(random: inout SeededRandom, seconds: Double) {
    self.seconds = seconds
    var time = 1.0
    while time < seconds {
      let end = time + Double(random.uniform(2, 5))
      phrases.append(time...end)
      while time < end {
        syllables.append((time, random.uniform() < 0.25))
        time += Double(random.uniform(0.16, 0.28))
      }
      time = end + Double(random.uniform(0.5, 1.2))
    }
  }

  mutating func next(until time: Double) -> SpeechFrame? {
    let now = (Double(index) + 0.5) / 100
    guard now <= time, now < seconds else { return nil }
    index += 1
    while phrase + 1 < phrases.count, phrases[phrase].upperBound < now { phrase += 1 }
    while syllable + 1 < syllables.count, syllables[syllable + 1].start <= now { syllable += 1 }
    let isVoiced = phrases[phrase].contains(now)
    let (start, isStressed) = syllables[syllable]
    let swell = Float(max(0, 1 - abs(now - start - 0.1) / 0.1))
    var weights = VisemeWeights(lanes: .zero)
    weights[isVoiced ? .aa : .sil] = 1
    return SpeechFrame(
      time: now, visemes: weights, loudness: isVoiced ? (isStressed ? 0.4 + 0.5 * swell : 0.35 + 0.2 * swell) : 0,
      voicing: isVoiced ? 1 : 0, pitch: isStressed ? 120 * (1 + 0.3 * swell) : 120)
  }
}

/// What statistics call them.
enum Statistics {
  static func mean(_ x: [Float]) -> Float { x.isEmpty ? 0 : x.reduce(0, +) / Float(x.count) }

  static func deviation(_ x: [Float]) -> Float {
    let m = mean(x)
    return mean(x.map { ($0 - m) * ($0 - m) }).squareRoot()
  }

  static func median(_ x: [Float]) -> Float { x.sorted()[x.count / 2] }

  static func skewness(_ x: [Float]) -> Float {
    let (m, d) = (mean(x), deviation(x))
    return mean(x.map { ($0 - m) * ($0 - m) * ($0 - m) }) / (d * d * d)
  }

  /// Normalised autocorrelation at lags of 0.1 s, of a signal sampled 100 times a second.
  static func autocorrelation(_ signal: [Float], upTo seconds: Double) -> [Float] {
    let x = stride(from: 0, to: signal.count, by: 10).map { signal[$0] }
    let m = mean(x)
    let power = x.reduce(0) { $0 + ($1 - m) * ($1 - m) }
    return (0...Int(seconds * 10)).map { lag in
      var sum: Float = 0
      for i in 0..<x.count - lag { sum += (x[i] - m) * (x[i + lag] - m) }
      return sum / power
    }
  }

  /// Power at multiples of 20/1024 Hz up to 10 Hz (Welch, Hann windows), of a signal sampled 100 times a second.
  static func spectrum(_ signal: [Float]) -> [Float] {
    let x = stride(from: 0, to: signal.count, by: 5).map { signal[$0] }
    let n = 1024
    var power = [Float](repeating: 0, count: n / 2)
    for start in stride(from: 0, through: x.count - n, by: n / 2) {
      let part = Array(x[start..<start + n])
      let m = mean(part)
      let windowed = (0..<n).map { (part[$0] - m) * (0.5 - 0.5 * Elementary.cos(2 * .pi * Float($0) / Float(n))) }
      for k in 1..<n / 2 {
        var (re, im): (Float, Float) = (0, 0)
        for i in 0..<n {
          let wave = Elementary.sinCos(2 * .pi * Float(k * i % n) / Float(n))
          re += windowed[i] * wave.cos
          im += windowed[i] * wave.sin
        }
        power[k] += re * re + im * im
      }
    }
    return power
  }
}
