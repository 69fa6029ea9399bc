import Linear

/// Breathing at rest: 12-18 cycles a minute with cycle-to-cycle variation, breathing in faster than out.
struct Breathing {
  private var phase: Float = 0
  private var cycle: Float = 4
  /// Chest rise, 0...1.
  private(set) var rise: Float = 0

  mutating func advance(_ step: Float, random: inout SeededRandom) {
    phase += step / cycle
    if phase >= 1 {
      phase -= 1
      cycle = random.uniform(3.3, 5)
    }
    let inhale: Float = 0.4
    rise =
      phase < inhale
      ? Elementary.smoothstep(0, inhale, phase) : 1 - Elementary.smoothstep(inhale, 1, phase)
  }
}
