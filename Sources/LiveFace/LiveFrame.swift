import NIOCore

/// A tick as it is sent: a header of 24 bytes, little-endian, then the sound, then the picture.
///
/// | bytes | |
/// | --- | --- |
/// | 0 | 1: the version of this layout |
/// | 1 | bit 0: a picture follows; bit 1: some of the sound is spoken |
/// | 2-3 | 0 |
/// | 4-7 | samples of the sound, mono, int16 |
/// | 8-15 | when the sound begins, microseconds of the session |
/// | 16-19, 20-23 | the first sample that is spoken, and the one after the last |
/// | then | the sound; the picture, RGBA with straight alpha, the top row first |
enum LiveFrame {
  static func bytes(_ tick: PlaybackQueue.Tick, at seconds: Double, picture: [UInt8]?) -> ByteBuffer {
    var bytes = ByteBufferAllocator().buffer(capacity: 24 + 2 * tick.heard.count + (picture?.count ?? 0))
    bytes.writeInteger(UInt8(1))
    bytes.writeInteger(UInt8((picture == nil ? 0 : 1) | (tick.spoken.isEmpty ? 0 : 2)))
    bytes.writeInteger(UInt16(0))
    bytes.writeInteger(UInt32(tick.heard.count), endianness: .little)
    bytes.writeInteger(UInt64(max(0, seconds) * 1_000_000), endianness: .little)
    bytes.writeInteger(UInt32(tick.spoken.lowerBound), endianness: .little)
    bytes.writeInteger(UInt32(tick.spoken.upperBound), endianness: .little)
    for sample in tick.heard { bytes.writeInteger(sample, endianness: .little) }
    if let picture { bytes.writeBytes(picture) }
    return bytes
  }
}
