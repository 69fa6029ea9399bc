import Bytes
import Linear

extension AvatarFileError: ByteFailure {
  public static var pastEnd: AvatarFileError { .inconsistent }
}

/// What an avatar file is made of; numbers out of their range, not a number included, are damage.
extension ByteReader<AvatarFileError> {
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
    let scale = (high - low) * (1 / 65535)
    // Rounding must not carry the last step beyond `high`, which has been checked.
    return try uint16s(count).map { min(low + Float($0) * scale, high) }
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
