import Bytes

/// An avatar file cut into its sections: header and checksum are verified, nothing is copied.
struct AvatarSections {
  let bytes: [UInt8]
  private var tags: [UInt32] = []
  private var ranges: [Range<Int>] = []

  init(_ bytes: [UInt8]) throws(AvatarFileError) {
    self.bytes = bytes
    guard bytes.count >= 4 else { throw .notAnAvatar }
    guard bytes.count <= AvatarFile.maximumBytes else { throw .tooLarge }
    var header = ByteReader<AvatarFileError>(bytes, 0..<bytes.count)
    guard try header.uint32() == AvatarFile.magic else { throw .notAnAvatar }
    guard bytes.count >= AvatarFile.headerCount else { throw .truncated }
    guard try header.uint16() == AvatarFile.version else { throw .otherVersion }
    let count = Int(try header.uint16())
    guard try header.uint32() == UInt32(bytes.count) else { throw .truncated }
    guard try header.uint32() == CRC32.checksum(bytes, AvatarFile.headerCount..<bytes.count) else { throw .damaged }
    for _ in 0..<count {
      let tag = try header.uint32()
      let length = try header.length()
      tags.append(tag)
      ranges.append(try header.skip(length))
      _ = try header.skip((4 - length % 4) % 4)
    }
    guard header.isAtEnd else { throw .inconsistent }
  }

  /// A reader of the section with that `tag`; sections with unknown tags are passed over.
  func reader(_ tag: UInt32) throws(AvatarFileError) -> ByteReader<AvatarFileError> {
    guard let i = tags.firstIndex(of: tag) else { throw .missingSection }
    return ByteReader<AvatarFileError>(bytes, ranges[i])
  }

  /// All sections with that `tag`.
  func ranges(_ tag: UInt32) -> [Range<Int>] {
    tags.indices.filter { tags[$0] == tag }.map { ranges[$0] }
  }
}
