import Linear

/// Little-endian numbers into bytes.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  mutating func uint8(_ value: UInt8) { bytes.append(value) }

  mutating func uint16(_ value: UInt16) {
    bytes.append(UInt8(truncatingIfNeeded: value))
    bytes.append(UInt8(truncatingIfNeeded: value >> 8))
  }

  mutating func uint32(_ value: UInt32) {
    uint16(UInt16(truncatingIfNeeded: value))
    uint16(UInt16(truncatingIfNeeded: value >> 16))
  }

  mutating func float(_ value: Float) { uint32(value.bitPattern) }
  mutating func vector(_ value: Vector2) { for k in 0..<2 { float(value[k]) } }
  mutating func vector(_ value: Vector3) { for k in 0..<3 { float(value[k]) } }
  mutating func vector(_ value: SIMD4<Float>) { for k in 0..<4 { float(value[k]) } }
  mutating func append(_ more: [UInt8]) { bytes += more }

  /// 0...1 in a byte.
  mutating func unit(_ value: Float) { uint8(UInt8(max(0, min(1, value)) * 255 + 0.5)) }

  /// One axis: the lowest and highest value, then each value as 0...65535 between them.
  mutating func axis(_ values: [Float]) {
    var low = values.first ?? 0
    var high = low
    for value in values {
      low = min(low, value)
      high = max(high, value)
    }
    float(low)
    float(high)
    let scale = high > low ? 65535 / (high - low) : 0
    for value in values { uint16(UInt16(max(0, min(65535, (value - low) * scale + 0.5)))) }
  }

  mutating func axes(_ values: [Vector3]) { for k in 0..<3 { axis(values.map { $0[k] }) } }
  mutating func axes(_ values: [Vector2]) { for k in 0..<2 { axis(values.map { $0[k] }) } }
}
