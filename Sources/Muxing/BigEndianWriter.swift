/// Bytes with the highest first, as ISO base media files and EBML have them.
struct BigEndianWriter {
  private(set) var bytes: [UInt8] = []

  mutating func put(_ more: [UInt8]) { bytes += more }
  mutating func put(text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }
  mutating func put8(_ value: Int) { bytes.append(UInt8(truncatingIfNeeded: value)) }
  mutating func put16(_ value: Int) { put(Int64(value), bytes: 2) }
  mutating func put24(_ value: Int) { put(Int64(value), bytes: 3) }
  mutating func put32(_ value: Int64) { put(value, bytes: 4) }
  mutating func put32(_ value: Int) { put(Int64(value), bytes: 4) }
  mutating func put64(_ value: Int64) { put(value, bytes: 8) }

  /// The lowest `count` bytes of `value`.
  mutating func put(_ value: Int64, bytes count: Int) {
    for i in (0..<count).reversed() { bytes.append(UInt8(truncatingIfNeeded: value >> Int64(8 * i))) }
  }

  /// Writes the four bytes at `offset` again.
  mutating func set32(_ value: Int, at offset: Int) {
    for i in 0..<4 { bytes[offset + i] = UInt8(truncatingIfNeeded: value >> (24 - 8 * i)) }
  }
}
