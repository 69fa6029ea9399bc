import Linear

/// Little-endian numbers out of a range of bytes; every read is checked against the range before anything is allocated.
struct ByteReader {
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
  mutating func skip(_ count: Int) throws(AvatarFileError) -> Range<Int> {
    guard count >= 0, count <= end - position else { throw .inconsistent }
    defer { position += count }
    return position..<position + count
  }

  mutating func rest() -> [UInt8] {
    defer { position = end }
    return Array(bytes[position..<end])
  }

  mutating func uint8() throws(AvatarFileError) -> UInt8 { bytes[try skip(1).lowerBound] }

  mutating func uint16() throws(AvatarFileError) -> UInt16 {
    let i = try skip(2).lowerBound
    return UInt16(bytes[i]) | UInt16(bytes[i + 1]) << 8
  }

  mutating func uint32() throws(AvatarFileError) -> UInt32 {
    let low = try uint16()
    return UInt32(low) | UInt32(try uint16()) << 16
  }

  /// A number in `range`; anything else, not a number included, is damage.
  mutating func float(_ range: ClosedRange<Float>) throws(AvatarFileError) -> Float {
    let value = Float(bitPattern: try uint32())
    guard value >= range.lowerBound, value <= range.upperBound else { throw .inconsistent }
    return value
  }

  mutating func vector2(_ range: ClosedRange<Float>) throws(AvatarFileError) -> Vector2 {
    let x = try float(range)
    return Vector2(x, try float(range))
  }

  mutating func vector3(_ range: ClosedRange<Float>) throws(AvatarFileError) -> Vector3 {
    let x = try float(range)
    let y = try float(range)
    return Vector3(x, y, try float(range))
  }

  mutating func vector4(_ range: ClosedRange<Float>) throws(AvatarFileError) -> SIMD4<Float> {
    let v = try vector3(range)
    return SIMD4(v, try float(range))
  }

  /// `count` bytes as 0...1.
  mutating func units(_ count: Int) throws(AvatarFileError) -> [Float] {
    bytes[try skip(count)].map { Float($0) * (1 / 255) }
  }

  /// One axis as `ByteWriter.axis` writes it, its limits within `range`.
  mutating func axis(_ count: Int, _ range: ClosedRange<Float>) throws(AvatarFileError) -> [Float] {
    let low = try float(range)
    let high = try float(range)
    guard low <= high else { throw .inconsistent }
    let start = try skip(2 * count).lowerBound
    let scale = (high - low) * (1 / 65535)
    return (0..<count).map { i in
      low + Float(UInt16(bytes[start + 2 * i]) | UInt16(bytes[start + 2 * i + 1]) << 8) * scale
    }
  }

  mutating func axes3(_ count: Int, _ range: ClosedRange<Float>) throws(AvatarFileError) -> [Vector3] {
    let x = try axis(count, range)
    let y = try axis(count, range)
    let z = try axis(count, range)
    return (0..<count).map { Vector3(x[$0], y[$0], z[$0]) }
  }

  mutating func axes2(_ count: Int, _ range: ClosedRange<Float>) throws(AvatarFileError) -> [Vector2] {
    let x = try axis(count, range)
    let y = try axis(count, range)
    return (0..<count).map { Vector2(x[$0], y[$0]) }
  }
}
