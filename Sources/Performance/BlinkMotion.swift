import Linear

/// Blinks: log-normal pauses, a fast close, a short hold and a slower opening. Laws and sources: docs/life.md.
struct BlinkMotion {
  /// Median pause without other cause, seconds: listening, speaking. Blinks at phrase ends and with large gaze shifts
  /// come on top; together they make the published rates.
  private static let median: (listening: Float, speaking: Float) = (3.9, 3.3)
  private static let spread: Float = 0.6
  /// Seconds of a blink of ordinary speed.
  private static let closing: Float = 0.075
  private static let hold: Float = 0.025
  private static let opening: Float = 0.19

  private var random: SeededRandom
  private var untilNext: Float
  private var sinceLast: Float = 10
  /// Seconds since the running blink began, at ordinary speed; negative when none runs.
  private var age: Float = -1
  private var depth: Float = 1
  private var speed: Float = 1
  /// Lid closure, 0 open ... 1 closed.
  private(set) var closure: Float = 0

  init(seed: UInt64) {
    random = SeededRandom(seed: seed, motion: 1)
    untilNext = random.uniform(0.8, 2.5)
  }

  mutating func advance(_ step: Float, turn: TurnTaking, gazeShifted: Bool) {
    untilNext -= step
    sinceLast += step
    if age >= 0 {
      age += step * speed
      if age >= Self.closing + Self.hold + Self.opening { age = -1 }
    } else if untilNext <= 0 || sinceLast > 0.8 && isCalled(turn, gazeShifted) {
      begin(isSpeaking: turn.isSpeaking)
    }
    closure = depth * Self.course(age)
  }

  /// Large shifts of gaze and ends of phrases call for a blink.
  private mutating func isCalled(_ turn: TurnTaking, _ gazeShifted: Bool) -> Bool {
    gazeShifted && random.chance(0.35) || turn.phraseEnded && random.chance(0.5)
  }

  private mutating func begin(isSpeaking: Bool) {
    let isSecond = sinceLast < 0.6
    sinceLast = 0
    age = 0
    speed = random.uniform(0.85, 1.15)
    // Some blinks do not close the eye.
    depth = random.chance(0.12) ? random.uniform(0.55, 0.8) : 1
    let median = isSpeaking ? Self.median.speaking : Self.median.listening
    untilNext = max(0.5, random.logNormal(median: median, spread: Self.spread))
    // Some are followed by a second at once, none by a third.
    if !isSecond && random.chance(0.08) { untilNext = random.uniform(0.36, 0.5) }
  }

  private static func course(_ age: Float) -> Float {
    if age < 0 { return 0 }
    if age < closing { return Elementary.smoothstep(0, closing, age) }
    if age < closing + hold { return 1 }
    // Opening decelerates: fast first half, slow last millimetre.
    let t = (age - closing - hold) / opening
    let rest = max(0, 1 - t)
    return rest * rest * (1 + 0.6 * t)
  }
}
