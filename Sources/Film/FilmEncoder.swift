import CLibAV

/// libav's encoders and muxer for one film. Used by one thread at a time.
final class FilmEncoder: @unchecked Sendable {
  private var format: UnsafeMutablePointer<AVFormatContext>?
  private var packet: UnsafeMutablePointer<AVPacket>?
  private var video: UnsafeMutablePointer<AVCodecContext>?
  private var videoFrame: UnsafeMutablePointer<AVFrame>?
  private var scaler: OpaquePointer?
  private var audio: UnsafeMutablePointer<AVCodecContext>?
  private var audioFrame: UnsafeMutablePointer<AVFrame>?
  private var resampler: OpaquePointer?
  private var fifo: OpaquePointer?
  private let width: Int
  private let height: Int
  private let channels: Int
  private var pictures: Int64 = 0
  private var samples: Int64 = 0

  init(
    path: String, container: FilmContainer, width: Int, height: Int, fps: Double, audioRate: Int?, channels: Int
  ) throws(FilmError) {
    _ = Silence.isSet
    self.width = width
    self.height = height
    self.channels = channels
    do throws(FilmError) {
      guard avformat_alloc_output_context2(&format, nil, container.muxer, path) >= 0, format != nil else {
        throw .noEncoder
      }
      packet = av_packet_alloc()
      try openVideo(container, fps)
      if let audioRate { try openAudio(container, audioRate) }
      guard avio_open(&format!.pointee.pb, path, AVIO_FLAG_WRITE) >= 0 else { throw .unwritable }
      var options: OpaquePointer?
      if container == .mp4 || container == .mov { av_dict_set(&options, "movflags", "+faststart", 0) }
      let written = avformat_write_header(format, &options)
      av_dict_free(&options)
      guard written >= 0 else { throw .unwritable }
    } catch {
      close()
      throw error
    }
  }

  deinit { close() }

  // MARK: Setting up

  private static func encoder(_ names: [String]) throws(FilmError) -> UnsafePointer<AVCodec> {
    for name in names {
      if let codec = avcodec_find_encoder_by_name(name) { return codec }
    }
    throw .noEncoder
  }

  private func stream(_ codec: UnsafePointer<AVCodec>) throws(FilmError) -> (
    UnsafeMutablePointer<AVStream>, UnsafeMutablePointer<AVCodecContext>
  ) {
    guard let stream = avformat_new_stream(format, nil), let context = avcodec_alloc_context3(codec) else {
      throw .encodingFailed
    }
    let wantsGlobalHeader = format!.pointee.oformat.pointee.flags & AVFMT_GLOBALHEADER != 0
    if wantsGlobalHeader { context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
    return (stream, context)
  }

  private func openVideo(_ container: FilmContainer, _ fps: Double) throws(FilmError) {
    let codec = try Self.encoder(container.videoEncoders)
    let (stream, context) = try stream(codec)
    video = context
    let rate = av_d2q(fps, 1001 * 240)
    context.pointee.width = Int32(width)
    context.pointee.height = Int32(height)
    context.pointee.pix_fmt = AV_PIX_FMT_YUV420P
    context.pointee.framerate = rate
    context.pointee.time_base = AVRational(num: rate.den, den: rate.num)
    context.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
    context.pointee.gop_size = Int32(max(1, (fps * 4).rounded()))
    // HD's colours, which is what players assume and what the tags say.
    context.pointee.color_range = AVCOL_RANGE_MPEG
    context.pointee.colorspace = AVCOL_SPC_BT709
    context.pointee.color_primaries = AVCOL_PRI_BT709
    context.pointee.color_trc = AVCOL_TRC_IEC61966_2_1
    var options: OpaquePointer?
    switch String(cString: codec.pointee.name) {
    case "libx264":
      av_dict_set(&options, "preset", "veryfast", 0)
      av_dict_set(&options, "crf", "19", 0)
    case "libvpx-vp9":
      av_dict_set(&options, "deadline", "realtime", 0)
      av_dict_set(&options, "cpu-used", "6", 0)
      av_dict_set(&options, "row-mt", "1", 0)
      av_dict_set(&options, "crf", "30", 0)
      context.pointee.bit_rate = 0
    default:
      context.pointee.bit_rate = Int64(Double(width * height) * fps * 0.12)
    }
    context.pointee.thread_count = 2
    let opened = avcodec_open2(context, codec, &options)
    av_dict_free(&options)
    guard opened >= 0, avcodec_parameters_from_context(stream.pointee.codecpar, context) >= 0 else {
      throw .encodingFailed
    }
    stream.pointee.time_base = context.pointee.time_base
    stream.pointee.avg_frame_rate = rate

    videoFrame = av_frame_alloc()
    guard let frame = videoFrame else { throw .encodingFailed }
    frame.pointee.format = AV_PIX_FMT_YUV420P.rawValue
    frame.pointee.width = Int32(width)
    frame.pointee.height = Int32(height)
    frame.pointee.color_range = AVCOL_RANGE_MPEG
    frame.pointee.colorspace = AVCOL_SPC_BT709
    guard av_frame_get_buffer(frame, 0) >= 0 else { throw .encodingFailed }
    scaler = sws_getContext(
      Int32(width), Int32(height), AV_PIX_FMT_RGBA, Int32(width), Int32(height), AV_PIX_FMT_YUV420P,
      SWS_BILINEAR | SWS_ACCURATE_RND, nil, nil, nil)
    guard let scaler else { throw .encodingFailed }
    let table = sws_getCoefficients(SWS_CS_ITU709)
    sws_setColorspaceDetails(scaler, table, 1, table, 0, 0, 1 << 16, 1 << 16)
  }

  private func openAudio(_ container: FilmContainer, _ rate: Int) throws(FilmError) {
    let codec = try Self.encoder(container.audioEncoders)
    let (stream, context) = try stream(codec)
    audio = context
    let encodedRate = Self.rate(near: rate, codec)
    context.pointee.sample_rate = Int32(encodedRate)
    context.pointee.sample_fmt = codec.pointee.sample_fmts?.pointee ?? AV_SAMPLE_FMT_FLTP
    av_channel_layout_default(&context.pointee.ch_layout, Int32(channels))
    context.pointee.bit_rate = channels == 1 ? 96_000 : 160_000
    context.pointee.time_base = AVRational(num: 1, den: Int32(encodedRate))
    guard avcodec_open2(context, codec, nil) >= 0,
      avcodec_parameters_from_context(stream.pointee.codecpar, context) >= 0
    else { throw .encodingFailed }
    stream.pointee.time_base = context.pointee.time_base

    var layout = AVChannelLayout()
    av_channel_layout_default(&layout, Int32(channels))
    guard
      swr_alloc_set_opts2(
        &resampler, &context.pointee.ch_layout, context.pointee.sample_fmt, Int32(encodedRate), &layout,
        AV_SAMPLE_FMT_FLT, Int32(rate), 0, nil) >= 0, swr_init(resampler) >= 0
    else { throw .unsupportedSound }
    fifo = av_audio_fifo_alloc(context.pointee.sample_fmt, Int32(channels), 4096)
    audioFrame = av_frame_alloc()
    guard fifo != nil, audioFrame != nil else { throw .encodingFailed }
  }

  /// The encoder's rate that loses least: the sound's own or the next higher one.
  private static func rate(near rate: Int, _ codec: UnsafePointer<AVCodec>) -> Int {
    guard var list = codec.pointee.supported_samplerates else { return min(rate, 48_000) }
    var best = 0
    while list.pointee != 0 {
      let candidate = Int(list.pointee)
      let isBetter = best < rate ? candidate > best : candidate >= rate && candidate < best
      if best == 0 || isBetter { best = candidate }
      list += 1
    }
    return best
  }

  // MARK: Encoding

  func encode(picture: UnsafeMutableRawBufferPointer, isBottomFirst: Bool) throws(FilmError) {
    guard let frame = videoFrame, av_frame_make_writable(frame) >= 0 else { throw .encodingFailed }
    let stride = width * 4
    let base = picture.bindMemory(to: UInt8.self).baseAddress!
    let first = UnsafePointer(isBottomFirst ? base + (height - 1) * stride : base)
    let rows: [UnsafePointer<UInt8>?] = [first, nil, nil, nil]
    let strides: [Int32] = [Int32(isBottomFirst ? -stride : stride), 0, 0, 0]
    var planes: [UnsafeMutablePointer<UInt8>?] = [
      frame.pointee.data.0, frame.pointee.data.1, frame.pointee.data.2, nil,
    ]
    let planeStrides: [Int32] = [frame.pointee.linesize.0, frame.pointee.linesize.1, frame.pointee.linesize.2, 0]
    sws_scale(scaler, rows, strides, 0, Int32(height), &planes, planeStrides)
    frame.pointee.pts = pictures
    frame.pointee.pict_type = AV_PICTURE_TYPE_NONE
    pictures += 1
    try send(frame, to: video, streamIndex: 0)
  }

  func encode(samples: [Float]) throws(FilmError) {
    guard audio != nil, !samples.isEmpty else { return }
    try resample(samples)
    try encodeSound(isLast: false)
  }

  /// Converts `samples` (nil: what the resampler still holds) into the fifo.
  private func resample(_ samples: [Float]?) throws(FilmError) {
    guard let audio, let frame = audioFrame else { return }
    let count = (samples?.count ?? 0) / channels
    let room = swr_get_out_samples(resampler, Int32(count))
    guard room > 0 else { return }
    av_frame_unref(frame)
    frame.pointee.format = audio.pointee.sample_fmt.rawValue
    frame.pointee.nb_samples = room
    frame.pointee.sample_rate = audio.pointee.sample_rate
    av_channel_layout_copy(&frame.pointee.ch_layout, &audio.pointee.ch_layout)
    guard av_frame_get_buffer(frame, 0) >= 0 else { throw .encodingFailed }
    let written: Int32
    if let samples {
      written = samples.withUnsafeBytes { bytes in
        var input: UnsafePointer<UInt8>? = bytes.bindMemory(to: UInt8.self).baseAddress
        return swr_convert(resampler, frame.pointee.extended_data, room, &input, Int32(count))
      }
    } else {
      written = swr_convert(resampler, frame.pointee.extended_data, room, nil, 0)
    }
    guard written >= 0 else { throw .encodingFailed }
    let data = UnsafeMutableRawPointer(frame.pointee.extended_data)!.assumingMemoryBound(
      to: UnsafeMutableRawPointer?.self)
    guard av_audio_fifo_write(fifo, data, written) == written else { throw .encodingFailed }
  }

  /// Encodes whole frames out of the fifo, at the end also the rest.
  private func encodeSound(isLast: Bool) throws(FilmError) {
    guard let audio, let frame = audioFrame else { return }
    let full = audio.pointee.frame_size > 0 ? audio.pointee.frame_size : 1024
    while av_audio_fifo_size(fifo) >= full || (isLast && av_audio_fifo_size(fifo) > 0) {
      let count = min(full, av_audio_fifo_size(fifo))
      av_frame_unref(frame)
      frame.pointee.format = audio.pointee.sample_fmt.rawValue
      frame.pointee.nb_samples = count
      frame.pointee.sample_rate = audio.pointee.sample_rate
      av_channel_layout_copy(&frame.pointee.ch_layout, &audio.pointee.ch_layout)
      guard av_frame_get_buffer(frame, 0) >= 0 else { throw .encodingFailed }
      let data = UnsafeMutableRawPointer(frame.pointee.extended_data)!.assumingMemoryBound(
        to: UnsafeMutableRawPointer?.self)
      guard av_audio_fifo_read(fifo, data, count) == count else { throw .encodingFailed }
      frame.pointee.pts = samples
      samples += Int64(count)
      try send(frame, to: audio, streamIndex: 1)
    }
  }

  /// Sends a frame (nil: the end) to an encoder and writes what comes out.
  private func send(
    _ frame: UnsafeMutablePointer<AVFrame>?, to context: UnsafeMutablePointer<AVCodecContext>?, streamIndex: Int32
  ) throws(FilmError) {
    guard let format, let context, avcodec_send_frame(context, frame) >= 0 else { throw .encodingFailed }
    while true {
      let received = avcodec_receive_packet(context, packet)
      if received == LIBAV_AGAIN || received == LIBAV_EOF { return }
      guard received >= 0, let packet else { throw .encodingFailed }
      packet.pointee.stream_index = streamIndex
      if packet.pointee.duration == 0 && streamIndex == 0 { packet.pointee.duration = 1 }
      let stream = format.pointee.streams[Int(streamIndex)]!
      av_packet_rescale_ts(packet, context.pointee.time_base, stream.pointee.time_base)
      guard av_interleaved_write_frame(format, packet) >= 0 else { throw .unwritable }
    }
  }

  /// Everything that is still in the encoders goes out, and the file is completed.
  func end() throws(FilmError) {
    guard pictures > 0 else { throw .encodingFailed }
    try send(nil, to: video, streamIndex: 0)
    if audio != nil {
      try resample(nil)
      try encodeSound(isLast: true)
      try send(nil, to: audio, streamIndex: 1)
    }
    guard av_write_trailer(format) >= 0, avio_closep(&format!.pointee.pb) >= 0 else { throw .unwritable }
  }

  /// Frees everything; harmless when done twice.
  func close() {
    if let format, format.pointee.pb != nil { avio_closep(&format.pointee.pb) }
    avformat_free_context(format)
    format = nil
    avcodec_free_context(&video)
    avcodec_free_context(&audio)
    av_packet_free(&packet)
    av_frame_free(&videoFrame)
    av_frame_free(&audioFrame)
    sws_freeContext(scaler)
    scaler = nil
    swr_free(&resampler)
    if let fifo { av_audio_fifo_free(fifo) }
    fifo = nil
  }
}
