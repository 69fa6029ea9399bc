import Linear

/// Brows that rise with the voice: with most accents of pitch and some of loudness, quickly up and slowly down.
struct BrowMotion {
  private var random: SeededRandom
  private var follower = Follower(rate: 16)
  private var goal = Vector3(0, 0, 0)
  private var hold: Float = 0
  /// Lift of the inner, the left outer and the right outer brow, 0...1.
  var lift: Vector3 { follower.value }

  init(seed: UInt64) { random = SeededRandom(seed: seed, motion: 3) }

  mutating func advance(_ step: Float, prosody: Prosody) {
    if prosody.accent > 0 && random.chance(0.7) { raise(prosody.accent) }
    if prosody.stress > 0 && random.chance(0.25) { raise(0.7 * prosody.stress) }
    hold -= step
    if hold <= 0 { goal = goal - goal * min(1, step / 0.18) }
    follower.advance(step, to: goal)
  }

  private mutating func raise(_ strength: Float) {
    let height = strength * random.uniform(0.6, 1)
    goal = Vector3(height, height * random.uniform(0.75, 1), height * random.uniform(0.75, 1))
    hold = random.uniform(0.12, 0.3)
  }
}
