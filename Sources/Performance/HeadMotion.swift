import Linear

/// Sway on three scales of time (posture, slow, ordinary), nods, the pull of the gaze and of the voice's pitch. Larger
/// while speaking. Laws and sources: docs/life.md.
struct HeadMotion {
  /// Degrees, standard deviation while speaking at `calm`: yaw, pitch, roll.
  private static let amplitude = Vector3(2, 1.2, 1.1)
  private static let listeningShare: Float = 0.35
  /// No idle motion turns further, degrees.
  private static let limit: Float = 11

  private var random: SeededRandom
  private var slow = SmoothNoise(frequency: 0.08)
  private var ordinary = SmoothNoise(frequency: 0.32)
  private var posture = Follower(rate: 2.8)
  private var postureGoal = Vector3(0, 0, 0)
  private var untilShift: Float = 5
  private var pull = Follower(rate: 6)
  private var nods: NodMotion
  /// Of the style, smoothed.
  private(set) var gain: Float = -1
  private var energy: Float = HeadMotion.listeningShare

  /// Yaw, pitch, roll, degrees.
  private var degrees = Vector3(0, 0, 0)

  init(seed: UInt64) {
    random = SeededRandom(seed: seed, motion: 6)
    nods = NodMotion(seed: seed)
  }

  /// Yaw, pitch, roll in radians.
  var angles: Vector3 { degrees * 0.017_453_292 }

  /// What the trunk adds to a turn about the neck, cm: it leans with the tilt and comes forward with the nod.
  var translation: Vector3 {
    Vector3(0.05 * degrees.z + 0.02 * degrees.x, -0.012 * degrees.y, 0.03 * degrees.y + 0.14 * gain * slow.value.y)
  }

  /// - Parameter gaze: where the eyes rest, radians.
  mutating func advance(
    _ step: Float, turn: TurnTaking, prosody: Prosody, style: HeadMotionStyle, gaze: Vector2
  ) {
    if gain < 0 { gain = style.gain }
    gain += (style.gain - gain) * min(1, step / Self.change)
    if abs(style.gain - gain) < 1e-3 { gain = style.gain }
    energy += ((turn.isSpeaking ? 1 : Self.listeningShare) - energy) * min(1, step / 0.12)
    shiftPosture(step, turn)
    slow.advance(step, random: &random)
    ordinary.advance(step, random: &random)
    nods.advance(step, turn: turn, stress: prosody.stress, gain: gain)
    // The head follows where the eyes go, and rises with the voice.
    pull.advance(step, to: Vector3(gaze.x, -gaze.y, 0) * (0.22 * 57.3) - Vector3(0, 0.22 * prosody.rise, 0))

    let noise = slow.value * 0.45 + ordinary.value * (0.9 * energy)
    // Turning and tilting go together: people roll a little towards where they turn.
    let sway = Vector3(noise.x, noise.y, 0.85 * noise.z + 0.35 * noise.x) * Self.amplitude
    let wanted = (sway + posture.value + pull.value) * gain + Vector3(0, nods.angle, 0)
    degrees = Vector3(Self.held(wanted.x), Self.held(wanted.y), Self.held(wanted.z))
  }

  private mutating func shiftPosture(_ step: Float, _ turn: TurnTaking) {
    untilShift -= step
    if untilShift <= 0 || turn.phraseStarted && random.chance(0.3) {
      untilShift = random.logNormal(median: 11, spread: 0.6)
      postureGoal = Vector3(random.normal(), random.normal() * 0.7, random.normal() * 0.9)
    }
    posture.advance(step, to: postureGoal)
  }

  /// Time constant of a change of style, seconds: it's there within 0.3 s.
  private static let change: Float = 0.1

  private static func held(_ angle: Float) -> Float { limit * Elementary.tanh(angle / limit) }
}
