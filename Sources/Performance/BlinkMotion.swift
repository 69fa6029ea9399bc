import Linear

/// Blinks: log-normal pauses, a fast close, a short hold and a slower opening.
///
/// Rates: 17 a minute at rest, 26 in conversation (Bentivoglio et al., Movement Disorders 12, 1997). Course: about
/// 75 ms down, 150-200 ms up (Trutoiu et al., "Modeling and animating eye blinks", ACM TAP 8, 2011).
struct BlinkMotion {
  private static let closing: Float = 0.075
  private static let hold: Float = 0.025
  private static let opening: Float = 0.19
  private static let length = closing + hold + opening

  private var untilNext: Float
  /// Seconds since the running blink began; negative when none runs.
  private var age: Float = -1
  private var depth: Float = 1
  /// Lid closure, 0 open ... 1 closed.
  private(set) var closure: Float = 0

  init(random: inout SeededRandom) { untilNext = random.uniform(0.8, 2.5) }

  /// Advances by `step` seconds; `speaking` 0...1 shortens the pauses.
  mutating func advance(_ step: Float, speaking: Float, random: inout SeededRandom) {
    untilNext -= step
    if age >= 0 {
      age += step
      if age >= Self.length { age = -1 }
    } else if untilNext <= 0 {
      begin(random: &random)
      let median: Float = 3.3 - 1.3 * speaking
      untilNext = max(0.35, median * Elementary.exp(0.55 * random.normal()))
      // One blink in ten is followed by a second at once.
      if random.uniform() < 0.1 { untilNext = random.uniform(0.36, 0.5) }
    }
    closure = depth * Self.course(age)
  }

  /// A blink now (a large gaze shift, a phrase's end), unless one is running.
  mutating func begin(random: inout SeededRandom) {
    guard age < 0 else { return }
    age = 0
    depth = random.uniform() < 0.12 ? random.uniform(0.55, 0.8) : 1
  }

  private static func course(_ age: Float) -> Float {
    if age < 0 { return 0 }
    if age < closing { return Elementary.smoothstep(0, closing, age) }
    if age < closing + hold { return 1 }
    let t = (age - closing - hold) / opening
    // Opening decelerates: fast first half, slow last millimetre.
    let rest = max(0, 1 - t)
    return rest * rest * (1 + 0.6 * t)
  }
}
