import Linear

/// Nods: a dip with a stressed syllable, and rows of one to three nods while listening.
struct NodMotion {
  private var random: SeededRandom
  private var stressDip: Float = 0
  private var stressVelocity: Float = 0
  private var untilNod: Float = 6
  /// The row of nods that runs: seconds since it began, nods, nods a second, depth in degrees.
  private var age: Float = 100
  private var count: Float = 0
  private var pace: Float = 2
  private var depth: Float = 0
  /// Degrees downwards.
  private(set) var angle: Float = 0

  init(seed: UInt64) { random = SeededRandom(seed: seed, motion: 5) }

  /// - Parameter gain: of the head motion's style.
  mutating func advance(_ step: Float, turn: TurnTaking, stress: Float, gain: Float) {
    if stress > 0 { stressVelocity += stress * random.uniform(17, 33) * min(1.5, gain) }
    stressVelocity += (-stressDip * 110 - stressVelocity * 17) * step
    stressDip += stressVelocity * step

    untilNod -= step
    age += step
    if turn.phraseEnded { untilNod = random.logNormal(median: 2.2, spread: 0.5) }
    if turn.isSpeaking { untilNod = max(untilNod, 1.5) }
    if untilNod <= 0 { begin(gain) }
    angle = stressDip + row
  }

  private mutating func begin(_ gain: Float) {
    untilNod = random.logNormal(median: 10 / max(0.5, gain), spread: 0.55)
    age = 0
    count = 1 + (random.uniform() * 2.6).rounded(.down)
    pace = random.uniform(1.5, 2.4)
    depth = random.uniform(1.2, 2.6) * gain
  }

  /// Each nod of a row is shallower than the one before; it begins and ends at rest.
  private var row: Float {
    let nods = age * pace
    guard nods < count else { return 0 }
    let done = nods.rounded(.down)
    let fading = 1 - 0.3 * done
    return depth * fading * 0.5 * (1 - Elementary.cos(2 * Elementary.pi * (nods - done)))
  }
}
