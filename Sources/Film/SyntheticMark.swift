import Bytes
import CLibAV
import Foundation
import Muxing

extension SyntheticMark {
  /// To be called before the container's header is written.
  static func tag(_ format: UnsafeMutablePointer<AVFormatContext>) {
    av_dict_set(&format.pointee.metadata, "comment", comment, 0)
  }

  /// Appends the XMP packet to a finished file, where its container has a place for it.
  static func append(to path: String, container: FilmContainer) throws(FilmError) {
    guard container == .mp4 || container == .mov else { return }
    guard let file = FileHandle(forWritingAtPath: path) else { throw .unwritable }
    do {
      try file.seekToEnd()
      try file.write(contentsOf: Data(box))
      try file.close()
    } catch { throw .unwritable }
  }

  /// A PNG file with the XMP packet as its second chunk (iTXt, PNG Specification 11.3.3.4; XMP Specification Part 3,
  /// 1.1.5); nil where `png` is none.
  static func marked(png: Data) -> Data? {
    // The signature, and IHDR with its length, name, 13 bytes and checksum.
    let head = 8 + 25
    guard png.count > head, png.prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]) else { return nil }
    let content = Array("iTXtXML:com.adobe.xmp".utf8) + [0, 0, 0, 0, 0] + Array(packet.utf8)
    let sum = CRC32.checksum(content, 0..<content.count)
    return png.prefix(head) + bigEndian(UInt32(content.count - 4)) + content + bigEndian(sum) + png.dropFirst(head)
  }

  private static func bigEndian(_ number: UInt32) -> Data {
    Data((0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) })
  }
}
