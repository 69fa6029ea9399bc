import Linear

extension SeededRandom {
  /// A generator of its own for one motion, so that what one draws does not change another.
  init(seed: UInt64, motion: UInt64) { self.init(seed: seed &+ motion &* 0x9E37_79B9_7F4A_7C15) }

  /// Log-normal: half of the values lie under `median`; `spread` is the deviation of their natural logarithm.
  mutating func logNormal(median: Float, spread: Float) -> Float { median * Elementary.exp(spread * normal()) }

  mutating func chance(_ probability: Float) -> Bool { uniform() < probability }

  mutating func sign() -> Float { uniform() < 0.5 ? -1 : 1 }
}
