import Bytes

extension RigError: ByteFailure {
  public static var pastEnd: RigError { .truncated }
}

/// What the rig's files are made of.
extension ByteReader<RigError> {
  /// A finite number; anything else in a rig file is damage.
  mutating func float() throws(RigError) -> Float {
    let value = Float(bitPattern: try uint32())
    guard value.isFinite else { throw .inconsistent }
    return value
  }

  /// `count` signed numbers of `width` bytes (1 or 2).
  mutating func integers(_ count: Int, width: Int) throws(RigError) -> [Int16] {
    if width == 1 { return try uint8s(count).map { Int16(Int8(bitPattern: $0)) } }
    return try uint16s(count).map { Int16(bitPattern: $0) }
  }

  /// `count` numbers of 7 bits a byte, low bits first, at most 65535 each (LEB128).
  mutating func packed(_ count: Int) throws(RigError) -> [UInt16] {
    guard count <= left else { throw .truncated }
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
