/// IEEE 754 half precision (Swift's `Float16` is missing on some targets).
enum Half {
  /// The value of 16 bits, exactly.
  static func float(_ half: UInt16) -> Float {
    let sign = UInt32(half & 0x8000) << 16
    let exponent = UInt32(half >> 10) & 0x1F
    let fraction = UInt32(half) & 0x3FF
    if exponent == 0x1F { return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13) }
    if exponent == 0 {
      let small = Float(fraction) * 5.960_464_5e-8  // 2^-24
      return sign == 0 ? small : -small
    }
    return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
  }
}
