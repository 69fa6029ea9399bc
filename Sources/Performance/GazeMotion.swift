import Linear

/// Fixations and saccades about the camera. Saccades follow the main sequence (25 ms + 2.4 ms per degree; Bahill,
/// Clark & Stark, Mathematical Biosciences 24, 1975); aversions are more frequent while speaking than while listening
/// (Lee, Badler & Badler, "Eyes alive", SIGGRAPH 2002).
struct GazeMotion {
  private static let degree: Float = 0.017_453_292

  private var from = Vector2(0, 0)
  private var to = Vector2(0, 0)
  private var age: Float = 1
  private var duration: Float = 0.03
  private var untilNext: Float = 0.6
  private var averted = false
  /// Radians; x to the image's right, y up.
  private(set) var direction = Vector2(0, 0)
  /// True on the tick on which a saccade of more than 5 degrees starts.
  private(set) var startedLarge = false

  mutating func advance(_ step: Float, speaking: Float, random: inout SeededRandom) {
    age += step
    untilNext -= step
    startedLarge = false
    if untilNext <= 0 { shift(speaking: speaking, random: &random) }
    let t = Elementary.smoothstep(0, duration, age)
    direction = from + (to - from) * t
  }

  private mutating func shift(speaking: Float, random: inout SeededRandom) {
    from = direction
    if averted || random.uniform() > 0.10 + 0.12 * speaking {
      // On the camera, with the drift of fixation: the eye rests on different points of the other's face.
      averted = false
      to = Vector2(random.normal() * 0.9, random.normal() * 0.6) * Self.degree
      untilNext = random.uniform(0.5, 2.6)
    } else {
      averted = true
      let side: Float = random.uniform() < 0.5 ? -1 : 1
      to = Vector2(side * random.uniform(4, 8), random.uniform(-4, 2.5)) * Self.degree
      untilNext = random.uniform(0.3, 0.9)
    }
    let amplitude = (to - from).length / Self.degree
    duration = 0.025 + 0.0024 * amplitude
    startedLarge = amplitude > 5
    age = 0
  }
}
