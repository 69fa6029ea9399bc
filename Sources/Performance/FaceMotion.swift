import Linear

/// Small movements of a face at rest, one at a time: a corner of the mouth, a brow, the lower lids, lips that press. They
/// come after log-normal pauses and are so weak that only their absence would be noticed.
struct FaceMotion {
  private var random: SeededRandom
  private var untilNext: Float = 2
  private var age: Float = 100
  private var onset: Float = 0.3
  private var hold: Float = 0.5
  private var offset: Float = 0.7
  private var shape = SIMD8<Float>.zero
  /// In the order of `Life.face`.
  private(set) var weights = SIMD8<Float>.zero

  init(seed: UInt64) { random = SeededRandom(seed: seed, motion: 7) }

  mutating func advance(_ step: Float) {
    untilNext -= step
    age += step
    if untilNext <= 0 && age > onset + hold + offset { begin() }
    let up = Elementary.smoothstep(0, onset, age)
    let down = Elementary.smoothstep(onset + hold, onset + hold + offset, age)
    weights = shape * (up - down)
  }

  private mutating func begin() {
    untilNext = random.logNormal(median: 4, spread: 0.6)
    age = 0
    onset = random.uniform(0.2, 0.4)
    hold = random.uniform(0.2, 1.4)
    offset = random.uniform(0.45, 0.9)
    let amount = random.uniform(0.5, 1)
    switch Int(random.uniform() * 7) {
    case 0: shape = SIMD8(0, 0, 0, 0, 0.14, 0.04, 0, 0)
    case 1: shape = SIMD8(0, 0, 0, 0, 0.03, 0.11, 0, 0)
    case 2: shape = SIMD8(0, 0, 0, 0, 0.1, 0.09, 0.08, 0)
    case 3: shape = SIMD8(0.16, 0.05, 0.05, 0, 0, 0, 0, 0)
    case 4: shape = SIMD8(0, 0, 0, 0.14, 0, 0, 0.1, 0)
    case 5: shape = SIMD8(0, 0, 0, 0, 0, 0, 0.2, 0)
    default: shape = SIMD8(0, 0, 0, 0, 0, 0, 0, 0.16)
    }
    shape = shape * amount
  }
}
