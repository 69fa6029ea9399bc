import CLibAV

/// Reads the sound of any file that libav knows (also of films), block by block: memory stays small however long it is.
public final class AudioReader {
  /// Samples a second, as in the file.
  public let sampleRate: Int
  /// Channels of `AudioBlock.interleaved`: 1 or 2 (more are mixed down to 2).
  public let channels: Int
  /// Length as the file's header has it, seconds; nil where it does not say. Only an estimate.
  public let estimatedSeconds: Double?

  private var format: UnsafeMutablePointer<AVFormatContext>?
  private var codec: UnsafeMutablePointer<AVCodecContext>?
  private var packet: UnsafeMutablePointer<AVPacket>?
  private var frame: UnsafeMutablePointer<AVFrame>?
  private var resampler: OpaquePointer?
  private let stream: Int32
  private var isDraining = false
  private var isAtEnd = false
  private var delivered = 0
  /// Layout that `resampler` was made for.
  private var inputFormat: Int32 = -1
  private var inputChannels: Int32 = 0

  /// Containers of sound and film; playlists, which point to other files, are not among them.
  private static let containers = """
    wav,w64,aiff,mp3,flac,ogg,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,aac,ac3,eac3,amr,amrnb,amrwb,caf,au,asf,avi,mpegts,\
    mpeg,flv,dts,ape,wv,tta,voc,rm,gsm,sox
    """

  /// Opens the file at `path` and reads as far as its first sample.
  public init(path: String) throws(FilmError) {
    _ = Silence.isSet
    var options: OpaquePointer?
    av_dict_set(&options, "format_whitelist", Self.containers, 0)
    av_dict_set(&options, "protocol_whitelist", "file", 0)
    var format: UnsafeMutablePointer<AVFormatContext>?
    let opened = avformat_open_input(&format, "file:" + path, nil, &options)
    av_dict_free(&options)
    guard opened >= 0, format != nil else { throw .unreadable }
    do throws(FilmError) {
      guard avformat_find_stream_info(format, nil) >= 0 else { throw .unreadable }
      var decoder: UnsafePointer<AVCodec>?
      stream = av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, &decoder, 0)
      guard stream >= 0, let decoder, let track = format!.pointee.streams[Int(stream)] else { throw .noSound }
      let parameters = track.pointee.codecpar!
      sampleRate = Int(parameters.pointee.sample_rate)
      let count = Int(parameters.pointee.ch_layout.nb_channels)
      guard (4_000...384_000).contains(sampleRate), (1...32).contains(count) else { throw .unsupportedSound }
      channels = min(2, count)
      let duration = format!.pointee.duration
      estimatedSeconds = duration > 0 ? Double(duration) / Double(AV_TIME_BASE) : nil

      codec = avcodec_alloc_context3(decoder)
      packet = av_packet_alloc()
      frame = av_frame_alloc()
      guard codec != nil, packet != nil, frame != nil,
        avcodec_parameters_to_context(codec, parameters) >= 0
      else { throw .unreadable }
      codec!.pointee.pkt_timebase = track.pointee.time_base
      guard avcodec_open2(codec, decoder, nil) >= 0 else { throw .unreadable }
    } catch {
      avcodec_free_context(&codec)
      av_packet_free(&packet)
      av_frame_free(&frame)
      avformat_close_input(&format)
      throw error
    }
    self.format = format
  }

  deinit {
    swr_free(&resampler)
    avcodec_free_context(&codec)
    av_packet_free(&packet)
    av_frame_free(&frame)
    avformat_close_input(&format)
  }

  /// The next samples, or nil at the end.
  /// - Throws: `emptySound` where the file ends without one sample, `notANumber`, `unreadable`. A file that breaks off
  ///   in the middle ends there.
  public func next() throws(FilmError) -> AudioBlock? {
    while !isAtEnd {
      let received = avcodec_receive_frame(codec, frame)
      if received == 0 {
        let block = try convert()
        av_frame_unref(frame)
        guard let block, !block.mono.isEmpty else { continue }
        delivered += block.mono.count
        return block
      }
      if received == LIBAV_EOF {
        isAtEnd = true
      } else if received == LIBAV_AGAIN {
        feed()
      } else if isDraining {
        isAtEnd = true
      }
    }
    if delivered == 0 { throw .emptySound }
    return nil
  }

  /// Gives the decoder its next packet, or the end. Damaged packets are passed over.
  private func feed() {
    while true {
      guard av_read_frame(format, packet) >= 0 else {
        isDraining = true
        avcodec_send_packet(codec, nil)
        return
      }
      let isOurs = packet!.pointee.stream_index == stream
      let sent = isOurs ? avcodec_send_packet(codec, packet) : -1
      av_packet_unref(packet)
      if isOurs && sent >= 0 { return }
    }
  }

  /// The decoded frame as floats.
  private func convert() throws(FilmError) -> AudioBlock? {
    guard let frame, let codec else { return nil }
    let count = Int(frame.pointee.nb_samples)
    guard count > 0 else { return nil }
    try prepareResampler()
    var interleaved = [Float](repeating: 0, count: count * channels)
    let input = UnsafeRawPointer(frame.pointee.extended_data)?
      .assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
    let written = interleaved.withUnsafeMutableBytes { bytes in
      var output: UnsafeMutablePointer<UInt8>? = bytes.bindMemory(to: UInt8.self).baseAddress
      return swr_convert(resampler, &output, Int32(count), UnsafeMutablePointer(mutating: input), Int32(count))
    }
    _ = codec
    guard written >= 0 else { throw .unreadable }
    interleaved.removeLast(interleaved.count - Int(written) * channels)
    return try Self.block(interleaved, channels: channels)
  }

  private static func block(_ interleaved: [Float], channels: Int) throws(FilmError) -> AudioBlock {
    var mono = interleaved
    if channels == 2 {
      mono = [Float](repeating: 0, count: interleaved.count / 2)
      for i in mono.indices { mono[i] = 0.5 * (interleaved[2 * i] + interleaved[2 * i + 1]) }
    }
    for value in mono where !value.isFinite { throw .notANumber }
    return AudioBlock(mono: mono, interleaved: interleaved)
  }

  /// Some files change their layout on the way; the rate must stay.
  private func prepareResampler() throws(FilmError) {
    guard let frame else { return }
    let count = frame.pointee.ch_layout.nb_channels
    if resampler != nil && frame.pointee.format == inputFormat && count == inputChannels { return }
    guard frame.pointee.sample_rate == Int32(sampleRate) else { throw .unsupportedSound }
    swr_free(&resampler)
    var output = AVChannelLayout()
    av_channel_layout_default(&output, Int32(channels))
    var input = AVChannelLayout()
    if frame.pointee.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC {
      av_channel_layout_default(&input, count)
    } else {
      av_channel_layout_copy(&input, &frame.pointee.ch_layout)
    }
    let made = swr_alloc_set_opts2(
      &resampler, &output, AV_SAMPLE_FMT_FLT, Int32(sampleRate), &input,
      AVSampleFormat(rawValue: frame.pointee.format), frame.pointee.sample_rate, 0, nil)
    av_channel_layout_uninit(&input)
    guard made >= 0, swr_init(resampler) >= 0 else { throw .unsupportedSound }
    inputFormat = frame.pointee.format
    inputChannels = count
  }
}
