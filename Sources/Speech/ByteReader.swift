/// Reads little-endian numbers from bytes that may be damaged; every read is checked.
struct ByteReader {
  private let bytes: [UInt8]
  private(set) var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func word() throws(SpeechError) -> UInt32 {
    guard bytes.count - offset >= 4 else { throw .damagedModel }
    var value: UInt32 = 0
    for index in 0..<4 { value |= UInt32(bytes[offset + index]) << UInt32(8 * index) }
    offset += 4
    return value
  }

  /// `count` numbers, finite and not larger than `limit`.
  mutating func floats(_ count: Int, limit: Float) throws(SpeechError) -> [Float] {
    guard (bytes.count - offset) / 4 >= count else { throw .damagedModel }
    var values: [Float] = []
    values.reserveCapacity(count)
    for _ in 0..<count {
      let value = Float(bitPattern: try word())
      guard abs(value) <= limit else { throw .unusableModel }
      values.append(value)
    }
    return values
  }

  mutating func slice(_ count: Int) throws(SpeechError) -> ArraySlice<UInt8> {
    guard bytes.count - offset >= count else { throw .damagedModel }
    defer { offset += count }
    return bytes[offset..<offset + count]
  }

  /// The CRC-32 (as in zlib) of the bytes from `start` to the end.
  func checksum(from start: Int) -> UInt32 {
    var remainder: UInt32 = ~0
    for index in start..<bytes.count {
      remainder ^= UInt32(bytes[index])
      for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
    }
    return ~remainder
  }
}
