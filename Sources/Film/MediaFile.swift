import CLibAV

/// One stream of a file that libav reads, frame by frame.
final class MediaFile {
  enum Kind {
    case sound, pictures

    fileprivate var type: AVMediaType { self == .sound ? AVMEDIA_TYPE_AUDIO : AVMEDIA_TYPE_VIDEO }
  }

  /// Containers of sound and film; playlists, which point to other files, are not among them.
  private static let containers = """
    wav,w64,aiff,mp3,flac,ogg,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,aac,ac3,eac3,amr,amrnb,amrwb,caf,au,asf,avi,mpegts,\
    mpeg,flv,dts,ape,wv,tta,voc,rm,gsm,sox
    """

  private var format: UnsafeMutablePointer<AVFormatContext>?
  private var codec: UnsafeMutablePointer<AVCodecContext>?
  private var packet: UnsafeMutablePointer<AVPacket>?
  private var frame: UnsafeMutablePointer<AVFrame>?
  private var index: Int32 = -1
  private var isDraining = false
  private var isAtEnd = false

  /// Opens the best stream of the file at `path`; nil where it has none of this kind.
  /// - Throws: `unreadable`.
  init?(path: String, kind: Kind) throws(FilmError) {
    _ = Silence.isSet
    var options: OpaquePointer?
    av_dict_set(&options, "format_whitelist", Self.containers, 0)
    av_dict_set(&options, "protocol_whitelist", "file", 0)
    var format: UnsafeMutablePointer<AVFormatContext>?
    let opened = avformat_open_input(&format, "file:" + path, nil, &options)
    av_dict_free(&options)
    guard opened >= 0, format != nil else { throw .unreadable }
    self.format = format
    guard avformat_find_stream_info(format, nil) >= 0 else { throw .unreadable }
    var decoder: UnsafePointer<AVCodec>?
    index = av_find_best_stream(format, kind.type, -1, -1, &decoder, 0)
    guard index >= 0, let decoder else { return nil }
    codec = avcodec_alloc_context3(decoder)
    packet = av_packet_alloc()
    frame = av_frame_alloc()
    guard codec != nil, packet != nil, frame != nil, avcodec_parameters_to_context(codec, parameters) >= 0 else {
      throw .unreadable
    }
    codec!.pointee.pkt_timebase = stream.pointee.time_base
    codec!.pointee.thread_count = kind == .pictures ? 2 : 1
    guard avcodec_open2(codec, decoder, nil) >= 0 else { throw .unreadable }
  }

  deinit {
    avcodec_free_context(&codec)
    av_packet_free(&packet)
    av_frame_free(&frame)
    avformat_close_input(&format)
  }

  var stream: UnsafeMutablePointer<AVStream> { format!.pointee.streams[Int(index)]! }
  var parameters: UnsafeMutablePointer<AVCodecParameters> { stream.pointee.codecpar }

  /// Length as the file's header has it, seconds; nil where it does not say. Only an estimate.
  var estimatedSeconds: Double? {
    let duration = format!.pointee.duration
    return duration > 0 ? Double(duration) / Double(AV_TIME_BASE) : nil
  }

  /// When the best stream of a kind begins on the file's clock, seconds; nil without one.
  func start(of kind: Kind) -> Double? {
    let index = av_find_best_stream(format, kind.type, -1, -1, nil, 0)
    guard index >= 0, let stream = format!.pointee.streams[Int(index)], stream.pointee.start_time != LIBAV_NO_TIME
    else {
      return nil
    }
    return Double(stream.pointee.start_time) * av_q2d(stream.pointee.time_base)
  }

  /// Decodes the next frame, which stays until the next call; nil at the end. Damaged packets are passed over, and a
  /// file that breaks off in the middle ends there.
  func next() -> UnsafeMutablePointer<AVFrame>? {
    while !isAtEnd {
      let received = avcodec_receive_frame(codec, frame)
      if received == 0 { return frame }
      if received == LIBAV_EOF {
        isAtEnd = true
      } else if received == LIBAV_AGAIN {
        feed()
      } else if isDraining {
        isAtEnd = true
      }
    }
    return nil
  }

  /// Gives the decoder its next packet, or the end.
  private func feed() {
    while true {
      guard av_read_frame(format, packet) >= 0 else {
        isDraining = true
        avcodec_send_packet(codec, nil)
        return
      }
      let isOurs = packet!.pointee.stream_index == index
      let sent = isOurs ? avcodec_send_packet(codec, packet) : -1
      av_packet_unref(packet)
      if isOurs && sent >= 0 { return }
    }
  }
}
