import CLibAV
import Pixels

/// libav's encoder for a run of pictures. Used by one thread at a time.
final class VideoEncoder {
  private(set) var context: UnsafeMutablePointer<AVCodecContext>?
  private var frame: UnsafeMutablePointer<AVFrame>?
  private var packet: UnsafeMutablePointer<AVPacket>?
  private var scaler: OpaquePointer?
  private let width: Int
  private let height: Int
  private var alpha: StraightAlpha?

  init(_ container: FilmContainer, _ plan: FilmPlan) throws(FilmError) {
    _ = Silence.isSet
    width = plan.width
    height = plan.height
    let names = container.videoEncoders(isTransparent: plan.isTransparent)
    guard !names.isEmpty else { throw .noTransparency }
    let codec = try Self.find(names)
    context = avcodec_alloc_context3(codec)
    frame = av_frame_alloc()
    packet = av_packet_alloc()
    guard let context, let frame, packet != nil else { throw .encodingFailed }
    let format = container.pixelFormat(isTransparent: plan.isTransparent)
    let isRGB = container == .pictures
    if plan.isTransparent { alpha = StraightAlpha(width: width, height: height) }
    try open(context, codec, format, isRGB, plan)

    frame.pointee.format = format.rawValue
    frame.pointee.width = Int32(width)
    frame.pointee.height = Int32(height)
    frame.pointee.color_range = context.pointee.color_range
    frame.pointee.colorspace = context.pointee.colorspace
    guard av_frame_get_buffer(frame, 0) >= 0 else { throw .encodingFailed }
    scaler = sws_getContext(
      Int32(width), Int32(height), AV_PIX_FMT_RGBA, Int32(width), Int32(height), format,
      SWS_BILINEAR | SWS_ACCURATE_RND, nil, nil, nil)
    guard let scaler else { throw .encodingFailed }
    if !isRGB {
      let table = sws_getCoefficients(SWS_CS_ITU709)
      sws_setColorspaceDetails(scaler, table, 1, table, 0, 0, 1 << 16, 1 << 16)
    }
  }

  deinit {
    avcodec_free_context(&context)
    av_frame_free(&frame)
    av_packet_free(&packet)
    sws_freeContext(scaler)
  }

  static func find(_ names: [String]) throws(FilmError) -> UnsafePointer<AVCodec> {
    for name in names {
      if let codec = avcodec_find_encoder_by_name(name) { return codec }
    }
    throw .noEncoder
  }

  /// Pictures between two that stand for themselves.
  static func distance(_ fps: Double) -> Int { max(1, Int((fps * 4).rounded())) }

  private func open(
    _ context: UnsafeMutablePointer<AVCodecContext>, _ codec: UnsafePointer<AVCodec>, _ format: AVPixelFormat,
    _ isRGB: Bool, _ plan: FilmPlan
  ) throws(FilmError) {
    let rate = av_d2q(plan.fps, 1001 * 240)
    context.pointee.width = Int32(width)
    context.pointee.height = Int32(height)
    context.pointee.pix_fmt = format
    context.pointee.framerate = rate
    context.pointee.time_base = AVRational(num: rate.den, den: rate.num)
    context.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
    context.pointee.gop_size = Int32(Self.distance(plan.fps))
    // Parameters of the stream lie with it, not in every picture.
    context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
    // HD's colours, which is what players assume and what the tags say.
    context.pointee.color_range = isRGB ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
    context.pointee.colorspace = isRGB ? AVCOL_SPC_RGB : AVCOL_SPC_BT709
    context.pointee.color_primaries = AVCOL_PRI_BT709
    context.pointee.color_trc = AVCOL_TRC_IEC61966_2_1
    context.pointee.thread_count = 2
    var options: OpaquePointer?
    switch String(cString: codec.pointee.name) {
    case "libx264":
      av_dict_set(&options, "preset", "veryfast", 0)
      av_dict_set(&options, "crf", "19", 0)
      // With several threads its pictures depend on how busy the machine is: no film would be like the other.
      context.pointee.thread_count = 1
    case "libvpx-vp9":
      av_dict_set(&options, "deadline", "realtime", 0)
      av_dict_set(&options, "cpu-used", "6", 0)
      av_dict_set(&options, "row-mt", "1", 0)
      av_dict_set(&options, "crf", "30", 0)
      // Pictures that are only referred to have no alpha channel of their own.
      if plan.isTransparent { av_dict_set(&options, "auto-alt-ref", "0", 0) }
      context.pointee.bit_rate = 0
    case "prores_ks":
      av_dict_set(&options, "profile", "4444", 0)
      av_dict_set(&options, "alpha_bits", "16", 0)
      av_dict_set(&options, "vendor", "apl0", 0)
    case "png":
      av_dict_set(&options, "pred", "up", 0)
      context.pointee.compression_level = 3
    default:
      context.pointee.bit_rate = Int64(Double(width * height) * plan.fps * 0.12)
    }
    let opened = avcodec_open2(context, codec, &options)
    av_dict_free(&options)
    guard opened >= 0 else { throw .encodingFailed }
  }

  /// Encodes a picture of the film, RGBA, and hands out what is ready.
  /// - Parameter number: its place in the film, from 0.
  func encode(
    _ picture: UnsafeMutableRawBufferPointer, isBottomFirst: Bool, number: Int,
    out: (UnsafeMutablePointer<AVPacket>) throws(FilmError) -> Void
  ) throws(FilmError) {
    guard let frame, av_frame_make_writable(frame) >= 0 else { throw .encodingFailed }
    alpha?.straighten(picture)
    let stride = width * 4
    let base = picture.bindMemory(to: UInt8.self).baseAddress!
    let first = UnsafePointer(isBottomFirst ? base + (height - 1) * stride : base)
    let rows: [UnsafePointer<UInt8>?] = [first, nil, nil, nil]
    let strides: [Int32] = [Int32(isBottomFirst ? -stride : stride), 0, 0, 0]
    var planes: [UnsafeMutablePointer<UInt8>?] = [
      frame.pointee.data.0, frame.pointee.data.1, frame.pointee.data.2, frame.pointee.data.3,
    ]
    let size = frame.pointee.linesize
    let planeStrides: [Int32] = [size.0, size.1, size.2, size.3]
    sws_scale(scaler, rows, strides, 0, Int32(height), &planes, planeStrides)
    frame.pointee.pts = Int64(number)
    frame.pointee.pict_type = AV_PICTURE_TYPE_NONE
    try send(frame, out)
  }

  /// Hands out what is still in the encoder.
  func end(out: (UnsafeMutablePointer<AVPacket>) throws(FilmError) -> Void) throws(FilmError) { try send(nil, out) }

  private func send(
    _ frame: UnsafeMutablePointer<AVFrame>?, _ out: (UnsafeMutablePointer<AVPacket>) throws(FilmError) -> Void
  ) throws(FilmError) {
    guard let context, let packet else { throw .encodingFailed }
    try Film.encode(frame, by: context, packet) { packet throws(FilmError) in
      if packet.pointee.duration == 0 { packet.pointee.duration = 1 }
      try out(packet)
    }
  }
}
