import Bytes

/// A rig file cut into its sections: header and checksum are verified, nothing is copied. The format is described in
/// `docs/head.md`.
struct RigSections {
  static let version: UInt16 = 1
  static let headerCount = 16

  let bytes: [UInt8]
  /// Checksum of the content; a fit file names the one of its player file.
  let checksum: UInt32
  private var tags: [UInt32] = []
  private var ranges: [Range<Int>] = []

  init(_ bytes: [UInt8], magic: UInt32) throws(RigError) {
    self.bytes = bytes
    guard bytes.count >= 4 else { throw .notARig }
    var header = ByteReader<RigError>(bytes, 0..<min(bytes.count, Self.headerCount))
    guard try header.uint32() == magic else { throw .notARig }
    guard try header.uint16() == Self.version else { throw .unsupportedVersion }
    let count = Int(try header.uint16())
    guard Int(try header.uint32()) == bytes.count else { throw .truncated }
    checksum = try header.uint32()
    guard CRC32.checksum(bytes, Self.headerCount..<bytes.count) == checksum else { throw .damaged }
    var reader = ByteReader<RigError>(bytes, Self.headerCount..<bytes.count)
    for _ in 0..<count {
      let tag = try reader.uint32()
      let length = try reader.length()
      tags.append(tag)
      ranges.append(try reader.skip(length))
      _ = try reader.skip((4 - length % 4) % 4)
    }
    guard reader.isAtEnd else { throw .inconsistent }
  }

  /// A reader of the section with that `tag`.
  func reader(_ tag: UInt32) throws(RigError) -> ByteReader<RigError> {
    guard let i = tags.firstIndex(of: tag) else { throw .missingSection }
    return ByteReader<RigError>(bytes, ranges[i])
  }

  /// Four ASCII letters as they lie in the file, as a little-endian number.
  static func tag(_ a: Unicode.Scalar, _ b: Unicode.Scalar, _ c: Unicode.Scalar, _ d: Unicode.Scalar) -> UInt32 {
    a.value | b.value << 8 | c.value << 16 | d.value << 24
  }
}
