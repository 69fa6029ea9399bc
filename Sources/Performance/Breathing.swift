import Linear

/// Breathing: at rest about 15 shallow cycles a minute, in faster than out; for speech quick and deep in, slowly out
/// with the phrase. Laws and sources: docs/life.md.
struct Breathing {
  private var random: SeededRandom
  private var from: Float = 0
  private var to: Float = 0.5
  private var age: Float = 0
  private var duration: Float = 1.6
  private var isInhaling = true
  /// Chest rise, 0...1; at rest about half.
  private(set) var rise: Float = 0

  init(seed: UInt64) { random = SeededRandom(seed: seed, motion: 4) }

  mutating func advance(_ step: Float, turn: TurnTaking) {
    age += step
    let wantsAir = turn.phraseStarted && rise < 0.7 || turn.phraseEnded && rise < 0.4
    if wantsAir && !(isInhaling && to > 0.8) {
      inhale(to: random.uniform(0.85, 1), seconds: random.uniform(0.4, 0.6))
    } else if age >= duration {
      if isInhaling { exhale(turn) } else { inhale(turn) }
    }
    rise = from + (to - from) * Elementary.smoothstep(0, duration, age)
  }

  private mutating func inhale(_ turn: TurnTaking) {
    if turn.isSpeaking {
      inhale(to: random.uniform(0.8, 1), seconds: random.uniform(0.4, 0.6))
    } else {
      inhale(to: random.uniform(0.42, 0.62), seconds: random.logNormal(median: 1.5, spread: 0.34))
    }
  }

  private mutating func inhale(to depth: Float, seconds: Float) {
    isInhaling = true
    begin(to: depth, seconds: seconds)
  }

  private mutating func exhale(_ turn: TurnTaking) {
    isInhaling = false
    let seconds = random.logNormal(median: turn.isSpeaking ? 4.5 : 2.3, spread: 0.38)
    begin(to: random.uniform(0, 0.06), seconds: seconds)
  }

  private mutating func begin(to depth: Float, seconds: Float) {
    (from, to, duration, age) = (rise, depth, seconds, 0)
  }
}
