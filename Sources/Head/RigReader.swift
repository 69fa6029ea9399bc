/// Little-endian numbers out of a range of bytes; every read is checked against the range before anything is allocated.
struct RigReader {
  private let bytes: [UInt8]
  private var position: Int
  private let end: Int

  init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    position = range.lowerBound
    end = range.upperBound
  }

  var isAtEnd: Bool { position == end }

  /// The range of the next `count` bytes, which are passed over.
  mutating func skip(_ count: Int) throws(RigError) -> Range<Int> {
    guard count >= 0, count <= end - position else { throw .truncated }
    defer { position += count }
    return position..<position + count
  }

  mutating func uint8() throws(RigError) -> UInt8 { bytes[try skip(1).lowerBound] }

  mutating func uint16() throws(RigError) -> UInt16 {
    let i = try skip(2).lowerBound
    return UInt16(bytes[i]) | UInt16(bytes[i + 1]) << 8
  }

  mutating func uint32() throws(RigError) -> UInt32 {
    let low = try uint16()
    return UInt32(low) | UInt32(try uint16()) << 16
  }

  /// A finite number; anything else in a rig file is damage.
  mutating func float() throws(RigError) -> Float {
    let value = Float(bitPattern: try uint32())
    guard value.isFinite else { throw .inconsistent }
    return value
  }

  /// `count` bytes.
  mutating func uint8s(_ count: Int) throws(RigError) -> [UInt8] { Array(bytes[try skip(count)]) }

  /// `count` numbers of 16 bits.
  mutating func uint16s(_ count: Int) throws(RigError) -> [UInt16] {
    let range = try skip(count * 2)
    return (0..<count).map { i in
      UInt16(bytes[range.lowerBound + 2 * i]) | UInt16(bytes[range.lowerBound + 2 * i + 1]) << 8
    }
  }

  /// `count` signed numbers of `width` bytes (1 or 2).
  mutating func integers(_ count: Int, width: Int) throws(RigError) -> [Int16] {
    if width == 1 { return try uint8s(count).map { Int16(Int8(bitPattern: $0)) } }
    return try uint16s(count).map { Int16(bitPattern: $0) }
  }

  /// `count` numbers of 7 bits a byte, low bits first, at most 65535 each (LEB128).
  mutating func packed(_ count: Int) throws(RigError) -> [UInt16] {
    guard count <= end - position else { throw .truncated }
    var values: [UInt16] = []
    values.reserveCapacity(count)
    for _ in 0..<count {
      var value: UInt32 = 0
      var shift: UInt32 = 0
      while true {
        let byte = try uint8()
        value |= UInt32(byte & 0x7F) << shift
        if byte < 0x80 { break }
        shift += 7
        guard shift <= 14 else { throw .inconsistent }
      }
      guard value <= 65535 else { throw .inconsistent }
      values.append(UInt16(value))
    }
    return values
  }
}
