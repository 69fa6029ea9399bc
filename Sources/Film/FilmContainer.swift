import CLibAV

/// The kinds of film files.
enum FilmContainer: String {
  case mp4, mov, mkv, webm
  /// A folder, or numbered files: PNG, one a picture.
  case pictures

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
    } else if NumberedName(path: path) != nil {
      self = .pictures
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
    case .pictures: "image2"
    }
  }

  /// Encoders in the order of preference, by libav's names; none where the container has no transparency.
  func videoEncoders(isTransparent: Bool) -> [String] {
    switch self {
    case .webm: isTransparent ? ["libvpx-vp9"] : ["libvpx-vp9", "libvpx"]
    case .mov where isTransparent: ["prores_ks"]
    case .pictures: ["png"]
    case .mp4, .mov, .mkv: isTransparent ? [] : ["libx264", "libopenh264", "h264_v4l2m2m"]
    }
  }

  /// What the pictures are turned into before they are encoded.
  func pixelFormat(isTransparent: Bool) -> AVPixelFormat {
    switch self {
    case .pictures: isTransparent ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24
    case .mov where isTransparent: AV_PIX_FMT_YUVA444P10LE
    default: isTransparent ? AV_PIX_FMT_YUVA420P : AV_PIX_FMT_YUV420P
    }
  }

  /// None where the container holds no sound.
  var audioEncoders: [String] {
    switch self {
    case .mp4, .mov: ["libfdk_aac", "aac"]
    // Matroska cannot say how AAC's first samples are to be skipped; the sound would come late.
    case .mkv, .webm: ["libopus", "libvorbis"]
    case .pictures: []
    }
  }
}
