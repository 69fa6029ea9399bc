/// What a track is encoded in, with what its decoder has to know before the first sample.
public enum Codec: Equatable, Sendable {
  /// H.264. `configuration`: AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1); samples are length-prefixed units.
  case h264(configuration: [UInt8])
  /// VP9 of `profile` at `level` (10 times the level's number), 8 bits, 4:2:0.
  case vp9(profile: UInt8, level: UInt8)
  case vp8
  /// AAC. `configuration`: AudioSpecificConfig (ISO/IEC 14496-3, 1.6.2.1).
  case aac(configuration: [UInt8])
  /// Opus. `head`: the identification header (RFC 7845, 5.1), from "OpusHead" on; family 0.
  case opus(head: [UInt8])

  public var isSound: Bool {
    switch self {
    case .h264, .vp9, .vp8: false
    case .aac, .opus: true
    }
  }
}
