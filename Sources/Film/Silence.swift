import CLibAV

/// libav writes remarks about damaged files to standard error; errors are thrown here, so it is told to be quiet.
enum Silence {
  static let isSet: Bool = {
    av_log_set_level(AV_LOG_FATAL)
    return true
  }()
}
