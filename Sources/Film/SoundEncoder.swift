import CLibAV

/// libav's encoder for a film's sound. Used by one thread at a time.
final class SoundEncoder {
  private(set) var context: UnsafeMutablePointer<AVCodecContext>?
  private var frame: UnsafeMutablePointer<AVFrame>?
  private var packet: UnsafeMutablePointer<AVPacket>?
  private var resampler: OpaquePointer?
  private var fifo: OpaquePointer?
  private let channels: Int
  private var samples: Int64 = 0

  init(_ container: FilmContainer, rate: Int, channels: Int) throws(FilmError) {
    _ = Silence.isSet
    self.channels = channels
    let codec = try VideoEncoder.find(container.audioEncoders)
    context = avcodec_alloc_context3(codec)
    packet = av_packet_alloc()
    guard let context, packet != nil else { throw .encodingFailed }
    let encodedRate = Self.rate(near: rate, codec)
    context.pointee.sample_rate = Int32(encodedRate)
    context.pointee.sample_fmt = codec.pointee.sample_fmts?.pointee ?? AV_SAMPLE_FMT_FLTP
    av_channel_layout_default(&context.pointee.ch_layout, Int32(channels))
    context.pointee.bit_rate = channels == 1 ? 96_000 : 160_000
    context.pointee.time_base = AVRational(num: 1, den: Int32(encodedRate))
    context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
    guard avcodec_open2(context, codec, nil) >= 0 else { throw .encodingFailed }

    var layout = AVChannelLayout()
    av_channel_layout_default(&layout, Int32(channels))
    guard
      swr_alloc_set_opts2(
        &resampler, &context.pointee.ch_layout, context.pointee.sample_fmt, Int32(encodedRate), &layout,
        AV_SAMPLE_FMT_FLT, Int32(rate), 0, nil) >= 0, swr_init(resampler) >= 0
    else { throw .unsupportedSound }
    fifo = av_audio_fifo_alloc(context.pointee.sample_fmt, Int32(channels), 4096)
    frame = av_frame_alloc()
    guard fifo != nil, frame != nil else { throw .encodingFailed }
  }

  deinit {
    avcodec_free_context(&context)
    av_frame_free(&frame)
    av_packet_free(&packet)
    swr_free(&resampler)
    if let fifo { av_audio_fifo_free(fifo) }
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

  /// Encodes interleaved samples and hands out what is ready.
  func encode(
    _ samples: [Float], out: (UnsafeMutablePointer<AVPacket>) throws(FilmError) -> Void
  ) throws(FilmError) {
    guard !samples.isEmpty else { return }
    try resample(samples)
    try encodeWholeFrames(isLast: false, out)
  }

  /// Hands out everything that is left.
  func end(out: (UnsafeMutablePointer<AVPacket>) throws(FilmError) -> Void) throws(FilmError) {
    try resample(nil)
    try encodeWholeFrames(isLast: true, out)
    try send(nil, out)
  }

  /// An empty frame of `count` samples.
  private func prepare(_ count: Int32) throws(FilmError) -> UnsafeMutablePointer<UnsafeMutableRawPointer?> {
    guard let context, let frame else { throw .encodingFailed }
    av_frame_unref(frame)
    frame.pointee.format = context.pointee.sample_fmt.rawValue
    frame.pointee.nb_samples = count
    frame.pointee.sample_rate = context.pointee.sample_rate
    av_channel_layout_copy(&frame.pointee.ch_layout, &context.pointee.ch_layout)
    guard av_frame_get_buffer(frame, 0) >= 0 else { throw .encodingFailed }
    return UnsafeMutableRawPointer(frame.pointee.extended_data)!.assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
  }

  /// Converts `samples` (nil: what the resampler still holds) into the fifo.
  private func resample(_ samples: [Float]?) throws(FilmError) {
    let count = (samples?.count ?? 0) / channels
    let room = swr_get_out_samples(resampler, Int32(count))
    guard room > 0, let frame else { return }
    let data = try prepare(room)
    let written: Int32
    if let samples {
      written = samples.withUnsafeBytes { bytes in
        var input: UnsafePointer<UInt8>? = bytes.bindMemory(to: UInt8.self).baseAddress
        return swr_convert(resampler, frame.pointee.extended_data, room, &input, Int32(count))
      }
    } else {
      written = swr_convert(resampler, frame.pointee.extended_data, room, nil, 0)
    }
    guard written >= 0, av_audio_fifo_write(fifo, data, written) == written else { throw .encodingFailed }
  }

  /// Encodes whole frames out of the fifo, at the end also the rest.
  private func encodeWholeFrames(
    isLast: Bool, _ out: (UnsafeMutablePointer<AVPacket>) throws(FilmError) -> Void
  ) throws(FilmError) {
    guard let context, let frame else { return }
    let full = context.pointee.frame_size > 0 ? context.pointee.frame_size : 1024
    while av_audio_fifo_size(fifo) >= full || (isLast && av_audio_fifo_size(fifo) > 0) {
      let count = min(full, av_audio_fifo_size(fifo))
      let data = try prepare(count)
      guard av_audio_fifo_read(fifo, data, count) == count else { throw .encodingFailed }
      frame.pointee.pts = samples
      samples += Int64(count)
      try send(frame, out)
    }
  }

  private func send(
    _ frame: UnsafeMutablePointer<AVFrame>?, _ out: (UnsafeMutablePointer<AVPacket>) throws(FilmError) -> Void
  ) throws(FilmError) {
    guard let context, let packet else { throw .encodingFailed }
    try Film.encode(frame, by: context, packet, out: out)
  }
}
