/// A small, fast generator with a given seed (PCG32, O'Neill 2014): the same numbers on every machine.
public struct SeededRandom: Sendable {
  @usableFromInline var state: UInt64

  @inlinable public init(seed: UInt64) {
    state = seed &+ 0x853C_49E6_748F_EA9B
    _ = next()
    _ = next()
  }

  @inlinable public mutating func next() -> UInt32 {
    let old = state
    state = old &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    let shifted = UInt32(truncatingIfNeeded: ((old >> 18) ^ old) >> 27)
    let rotation = UInt32(truncatingIfNeeded: old >> 59)
    return (shifted >> rotation) | (shifted << ((~rotation &+ 1) & 31))
  }

  /// Uniform in 0..<1, 24 bits.
  @inlinable public mutating func uniform() -> Float { Float(next() >> 8) * (1 / 16_777_216) }

  /// Uniform in `low`..<`high`.
  @inlinable public mutating func uniform(_ low: Float, _ high: Float) -> Float { low + (high - low) * uniform() }

  /// Standard normal (sum of twelve uniforms less six: cheap, bounded by +-6).
  @inlinable public mutating func normal() -> Float {
    var sum: Float = -6
    for _ in 0..<12 { sum += uniform() }
    return sum
  }
}
