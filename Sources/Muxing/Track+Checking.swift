extension Track {
  /// Eleven days.
  private static let longestSeconds: Int64 = 1_000_000

  /// Holds every number against what the containers can say.
  func checkNumbers() throws(MuxingError) {
    guard !samples.isEmpty else { throw .empty }
    guard (1...1_000_000).contains(timescale) else { throw .number }
    let longest = MP4.scaled(Self.longestSeconds, 1, timescale)
    guard length > 0, (0...longest).contains(length), (0...longest).contains(skip) else { throw .number }
    if codec.isSound {
      guard (8_000...384_000).contains(rate), (1...2).contains(channels), !hasAlpha else { throw .number }
    } else {
      guard (1...16_384).contains(width), (1...16_384).contains(height) else { throw .number }
    }
    guard samples[0].isKey else { throw .number }
    var last: Int64 = -1
    for sample in samples {
      guard sample.size >= 0, sample.alphaSize >= 0, (0...longest).contains(sample.time) else { throw .number }
      guard sample.time > last || !codec.isSound else { throw .number }
      last = sample.time
    }
  }
}

/// The fields of Opus' identification header (RFC 7845, 5.1), channel mapping family 0.
struct OpusHead {
  let channels: Int
  let preSkip: Int
  let inputRate: Int64
  let gain: Int

  init?(_ bytes: [UInt8]) {
    let name: [UInt8] = [0x4F, 0x70, 0x75, 0x73, 0x48, 0x65, 0x61, 0x64]
    guard bytes.count >= 19, [UInt8](bytes[0..<8]) == name, bytes[8] < 16, bytes[18] == 0,
      (1...2).contains(bytes[9])
    else { return nil }
    channels = Int(bytes[9])
    preSkip = Int(bytes[10]) | Int(bytes[11]) << 8
    var rate: Int64 = 0
    for i in (12..<16).reversed() { rate = rate << 8 | Int64(bytes[i]) }
    inputRate = rate
    gain = Int(bytes[16]) | Int(bytes[17]) << 8
  }
}
