/// Finds stressed syllables: a rise of loudness over its own recent level, at most one in 300 ms.
struct StressDetector {
  private var level: Float = 0
  private var peak: Float = 0
  private var sinceLast: Float = 1

  /// Strength of the stress that begins with this tick (0.3...1), or 0.
  mutating func advance(loudness: Float, step: Float) -> Float {
    sinceLast += step
    level += (loudness - level) * min(1, step / 0.5)
    let excess = loudness - level
    let rising = excess > peak
    peak = max(excess, peak - step * 1.2)
    guard rising, excess > 0.16, sinceLast > 0.3 else { return 0 }
    sinceLast = 0
    return min(1, 0.3 + excess)
  }
}
