import Linear

/// Fixations and saccades about the camera. Contact is held in bouts; between them the eyes turn away, more often while
/// speaking, most often as a phrase begins, and they come back as it ends. Laws and sources: docs/life.md.
struct GazeMotion {
  private static let degree: Float = 0.017_453_292
  /// Eyes do not glide: they follow what an emotion wants of them in steps of this size, radians.
  private static let emotionStep = 2.5 * degree

  private var random: SeededRandom
  private var drift = SmoothNoise(frequency: 0.5)
  private var from = Vector2(0, 0)
  private var to = Vector2(0, 0)
  /// What the emotions want, as of the last saccade.
  private var felt = Vector2(0, 0)
  private var age: Float = 1
  private var duration: Float = 0.03
  /// Seconds until contact is broken or taken up again.
  private var untilTurn: Float = 2
  private var untilFixation: Float = 0.6
  private(set) var isAverted = false
  /// Radians; x to the image's right, y up.
  private(set) var direction = Vector2(0, 0)
  /// True on the tick on which a saccade of more than 5 degrees starts.
  private(set) var startedLarge = false

  init(seed: UInt64) { random = SeededRandom(seed: seed, motion: 2) }

  /// Where the eyes rest, without drift, radians.
  var target: Vector2 { to }

  /// - Parameter emotion: where the emotions want the eyes, radians.
  mutating func advance(_ step: Float, turn: TurnTaking, emotion: Vector2) {
    age += step
    untilTurn -= step
    untilFixation -= step
    startedLarge = false
    drift.advance(step, random: &random)
    choose(turn, emotion)
    let eased = from + (to - from) * Elementary.smoothstep(0, duration, age)
    direction = eased + Vector2(drift.value.x, drift.value.y) * (0.07 * Self.degree)
  }

  private mutating func choose(_ turn: TurnTaking, _ emotion: Vector2) {
    if isAverted {
      if untilTurn <= 0 || turn.phraseEnded { meet(turn, emotion) }
    } else if untilTurn <= 0 || turn.phraseStarted && random.chance(0.4) {
      avert(turn, emotion)
    } else if untilFixation <= 0 || (emotion - felt).length > Self.emotionStep {
      fixate(emotion)
    }
  }

  /// Back to the camera.
  private mutating func meet(_ turn: TurnTaking, _ emotion: Vector2) {
    isAverted = false
    untilTurn = random.logNormal(median: turn.isSpeaking ? 3 : 6, spread: 0.5)
    fixate(emotion, anew: true)
  }

  /// Speakers look aside and up, listeners aside and down.
  private mutating func avert(_ turn: TurnTaking, _ emotion: Vector2) {
    isAverted = true
    untilTurn = random.logNormal(median: turn.isSpeaking ? 0.95 : 0.75, spread: 0.4)
    let height = turn.isSpeaking ? random.uniform(-2.5, 4) : random.uniform(-4, 2)
    shift(to: Vector2(random.sign() * random.uniform(4, 8.5), height), emotion)
  }

  /// The eye rests on different points of the other's face; most shifts are so small that only their absence shows.
  private mutating func fixate(_ emotion: Vector2, anew: Bool = false) {
    untilFixation = random.logNormal(median: 0.8, spread: 0.5)
    if anew || random.chance(0.33) {
      shift(to: Vector2(random.normal() * 0.9, random.normal() * 0.6), emotion)
    } else {
      let small = Vector2(random.normal(), random.normal() * 0.6) * 0.25
      shift(to: (to - felt) * (0.85 / Self.degree) + small, emotion)
    }
  }

  /// A saccade to a direction in degrees, and where the emotions want it; its time follows the main sequence.
  private mutating func shift(to degrees: Vector2, _ emotion: Vector2) {
    from = from + (to - from) * Elementary.smoothstep(0, duration, age)
    felt = emotion
    to = degrees * Self.degree + emotion
    let amplitude = (to - from).length / Self.degree
    duration = 0.021 + 0.0022 * amplitude
    startedLarge = amplitude > 5
    age = 0
  }
}
