import CLibAV

/// Subtitles as containers have them: 3GPP timed text (ETSI TS 126 245) in MP4 and QuickTime, WebVTT in WebM, plain text
/// in Matroska.
enum SubtitleTrack {
  /// Milliseconds.
  static let timeBase = AVRational(num: 1, den: 1000)

  struct Packet {
    /// Milliseconds.
    var start: Int64
    var duration: Int64
    var bytes: [UInt8]
  }

  /// In order of time and without overlap: timed text shows one at a time.
  static func packets(_ subtitles: [Subtitle], seconds: Double, _ container: FilmContainer) -> [Packet] {
    Subtitle.oneAtATime(subtitles).compactMap { subtitle in
      guard subtitle.start < seconds else { return nil }
      let start = Int64((subtitle.start * 1000).rounded())
      let end = Int64((min(subtitle.end, seconds) * 1000).rounded())
      guard start < end else { return nil }
      let text = Array((container == .webm ? escaped(subtitle.text) : subtitle.text).utf8.prefix(0xFFFF))
      let isTimedText = container == .mp4 || container == .mov
      let head = isTimedText ? [UInt8(text.count >> 8), UInt8(text.count & 255)] : []
      return Packet(start: start, duration: end - start, bytes: head + text)
    }
  }

  /// As WebVTT has text in which nothing is a tag.
  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { $0 += $1 == "&" ? "&amp;" : $1 == "<" ? "&lt;" : $1 == ">" ? "&gt;" : String($1) }
  }

  /// The caller frees them.
  static func parameters(_ container: FilmContainer) -> UnsafeMutablePointer<AVCodecParameters>? {
    guard let parameters = avcodec_parameters_alloc() else { return nil }
    parameters.pointee.codec_type = AVMEDIA_TYPE_SUBTITLE
    switch container {
    case .mp4, .mov:
      parameters.pointee.codec_id = AV_CODEC_ID_MOV_TEXT
      let bytes = sampleEntry
      guard let memory = av_mallocz(bytes.count + Int(AV_INPUT_BUFFER_PADDING_SIZE)) else { break }
      memory.copyMemory(from: bytes, byteCount: bytes.count)
      parameters.pointee.extradata = memory.assumingMemoryBound(to: UInt8.self)
      parameters.pointee.extradata_size = Int32(bytes.count)
    case .webm: parameters.pointee.codec_id = AV_CODEC_ID_WEBVTT
    case .mkv, .pictures: parameters.pointee.codec_id = AV_CODEC_ID_SUBRIP
    }
    return parameters
  }

  /// The fields of a TextSampleEntry behind its data reference: below, in the middle, white, sans serif.
  private static let sampleEntry: [UInt8] =
    [0, 0, 0, 0] + [1, 0xFF] + [0, 0, 0, 0] + [0, 0, 0, 0, 0, 0, 0, 0]
    + [0, 0, 0, 0, 0, 1, 0, 16, 255, 255, 255, 255]
    + [0, 0, 0, 23] + Array("ftab".utf8) + [0, 1, 0, 1, 10] + Array("Sans-Serif".utf8)
}
