import CLibAV

/// The kinds of film files.
enum FilmContainer: String {
  case mp4, mov, mkv, webm

  /// By the ending of `path`.
  init?(path: String) {
    let name = path.lowercased()
    if name.hasSuffix(".mp4") || name.hasSuffix(".m4v") {
      self = .mp4
    } else if name.hasSuffix(".mov") {
      self = .mov
    } else if name.hasSuffix(".mkv") {
      self = .mkv
    } else if name.hasSuffix(".webm") {
      self = .webm
    } else {
      return nil
    }
  }

  /// libav's name of the muxer.
  var muxer: String {
    switch self {
    case .mp4: "mp4"
    case .mov: "mov"
    case .mkv: "matroska"
    case .webm: "webm"
    }
  }

  /// Encoders in the order of preference, by libav's names.
  var videoEncoders: [String] {
    self == .webm ? ["libvpx-vp9", "libvpx"] : ["libx264", "libopenh264", "h264_v4l2m2m"]
  }
  var audioEncoders: [String] {
    switch self {
    case .mp4, .mov: ["libfdk_aac", "aac"]
    // Matroska cannot say how AAC's first samples are to be skipped; the sound would come late.
    case .mkv, .webm: ["libopus", "libvorbis"]
    }
  }
}
