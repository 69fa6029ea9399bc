/// Little-endian numbers out of bytes that may be damaged or hostile: every read is checked against the end before
/// anything is allocated, and what is missing throws the caller's own error (`ByteFailure`).
///
/// Reads with `at` take an absolute offset into `bytes`; the others go on from one number to the next.
public struct ByteReader<Failure: ByteFailure> {
  public let bytes: [UInt8]
  @usableFromInline var next: Int
  @usableFromInline let end: Int

  /// A reader of `bytes[range]`.
  @inlinable public init(_ bytes: [UInt8], _ range: Range<Int>) {
    self.bytes = bytes
    next = range.lowerBound
    end = range.upperBound
  }

  /// A reader of all of `bytes`.
  @inlinable public init(_ bytes: [UInt8]) { self.init(bytes, bytes.indices) }

  /// Offset of the next number.
  @inlinable public var offset: Int { next }

  @inlinable public var isAtEnd: Bool { next == end }

  /// How many bytes are left.
  @inlinable public var left: Int { end - next }

  // MARK: Anywhere

  /// `count` bytes from `offset` lie before the end.
  @inlinable public func check(_ offset: Int, _ count: Int) throws(Failure) {
    guard offset >= 0, count >= 0, offset <= end, count <= end - offset else { throw .pastEnd }
  }

  @inlinable public func uint8(at offset: Int) throws(Failure) -> UInt8 {
    try check(offset, 1)
    return bytes[offset]
  }

  @inlinable public func uint16(at offset: Int) throws(Failure) -> UInt16 {
    try check(offset, 2)
    return UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8
  }

  @inlinable public func uint32(at offset: Int) throws(Failure) -> UInt32 {
    try check(offset, 4)
    return UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
      | UInt32(bytes[offset + 3]) << 24
  }

  // MARK: One after the other

  /// The range of the next `count` bytes, which are passed over.
  @inlinable public mutating func skip(_ count: Int) throws(Failure) -> Range<Int> {
    try check(next, count)
    defer { next += count }
    return next..<next + count
  }

  @inlinable public mutating func uint8() throws(Failure) -> UInt8 { try uint8(at: skip(1).lowerBound) }

  @inlinable public mutating func uint16() throws(Failure) -> UInt16 { try uint16(at: skip(2).lowerBound) }

  @inlinable public mutating func uint32() throws(Failure) -> UInt32 { try uint32(at: skip(4).lowerBound) }

  /// A 32-bit length or count; above 2^31 - 1 it cannot be one (`Int` has 32 bits in WebAssembly).
  @inlinable public mutating func length() throws(Failure) -> Int {
    let value = try uint32()
    guard value <= 0x7FFF_FFFF else { throw .pastEnd }
    return Int(value)
  }

  /// `count` bytes.
  @inlinable public mutating func uint8s(_ count: Int) throws(Failure) -> [UInt8] { Array(bytes[try skip(count)]) }

  /// `count` numbers of 16 bits.
  @inlinable public mutating func uint16s(_ count: Int) throws(Failure) -> [UInt16] {
    guard count <= left / 2 else { throw .pastEnd }
    let range = try skip(count * 2)
    return (0..<count).map { i in
      UInt16(bytes[range.lowerBound + 2 * i]) | UInt16(bytes[range.lowerBound + 2 * i + 1]) << 8
    }
  }

  /// All that is left.
  @inlinable public mutating func rest() -> [UInt8] {
    defer { next = end }
    return Array(bytes[next..<end])
  }
}
