import CLibAV
import Pixels

/// Reads the pictures of any film that libav knows, one by one, upright and reduced for looking at faces.
public final class VideoReader {
  /// Longer side of pictures that only landmarks are looked for in, pixels: their network looks at 192.
  public static let longestSide = 960
  /// Pictures a second, 1 to 60 (the stream's mean; 25 where it does not say).
  public let fps: Double
  /// Length as the file's header has it, seconds; nil where it does not say. Only an estimate.
  public let estimatedSeconds: Double?

  private let longestSide: Int
  private let file: MediaFile
  private let secondsPerTick: Double
  private let turns: Int
  /// The film's time 0 on the file's clock: where the sound begins, or else the first picture.
  private var origin: Double?
  private var scaler: OpaquePointer?
  private var newest = -Double.infinity

  /// A picture and when it is shown.
  public struct Picture: Sendable {
    /// RGB, upright.
    public var pixels: PixelBuffer
    /// Seconds since the film's sound began.
    public var time: Double
  }

  /// - Parameter longestSide: longer side of the pictures at most, pixels.
  /// - Throws: `noPictures`, `unreadablePictures`.
  public init(path: String, longestSide: Int = VideoReader.longestSide) throws(FilmError) {
    self.longestSide = longestSide
    let opened: MediaFile?
    do throws(FilmError) { opened = try MediaFile(path: path, kind: .pictures) } catch { throw .unreadablePictures }
    guard let opened else { throw .noPictures }
    file = opened
    let stream = opened.stream.pointee
    let rate = av_q2d(stream.avg_frame_rate)
    fps = rate.isFinite && rate > 0 ? max(1, min(60, rate)) : 25
    secondsPerTick = av_q2d(stream.time_base)
    estimatedSeconds = opened.estimatedSeconds
    turns = Self.quarterTurns(opened.stream)
    origin = opened.start(of: .sound)
  }

  deinit { sws_freeContext(scaler) }

  /// The next picture, or nil at the end.
  /// - Parameter earliest: pictures before it, seconds, are passed over.
  public func next(from earliest: Double = -.infinity) throws(FilmError) -> Picture? {
    while let frame = file.next() {
      let stamp = frame.pointee.best_effort_timestamp
      let clock = stamp == LIBAV_NO_TIME ? nil : Double(stamp) * secondsPerTick
      let start = origin ?? clock ?? 0
      origin = start
      newest = clock.map { $0 - start } ?? max(0, newest + 1 / fps)
      guard abs(newest) <= Subtitle.latest else { throw .unreadablePictures }
      if newest < earliest { continue }
      return Picture(pixels: try convert(frame).turned(quarters: turns), time: newest)
    }
    if newest == -.infinity { throw .unreadablePictures }
    return nil
  }

  private func convert(_ frame: UnsafeMutablePointer<AVFrame>) throws(FilmError) -> PixelBuffer {
    let (width, height) = (Int(frame.pointee.width), Int(frame.pointee.height))
    guard width > 0, height > 0, width <= 16_384, height <= 16_384 else { throw .unreadablePictures }
    // Pixels may be other than square.
    let aspect = av_q2d(frame.pointee.sample_aspect_ratio)
    let across = Double(width) * (aspect.isFinite && aspect > 0.1 && aspect < 10 ? aspect : 1)
    let scale = min(1, Double(longestSide) / max(across, Double(height)))
    let (w, h) = (max(1, Int((across * scale).rounded())), max(1, Int((Double(height) * scale).rounded())))
    scaler = sws_getCachedContext(
      scaler, Int32(width), Int32(height), AVPixelFormat(frame.pointee.format), Int32(w), Int32(h), AV_PIX_FMT_RGB24,
      SWS_BILINEAR, nil, nil, nil)
    guard let scaler else { throw .unreadablePictures }
    // Rows end on 64 bytes: the scaler's vector code writes over the end of shorter ones.
    let stride = (w * 3 + 63) / 64 * 64
    var padded = [UInt8](repeating: 0, count: stride * h + 64)
    let input = withUnsafePointer(to: &frame.pointee.data) {
      UnsafeRawPointer($0).assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
    }
    let strides = withUnsafePointer(to: &frame.pointee.linesize) {
      UnsafeRawPointer($0).assumingMemoryBound(to: Int32.self)
    }
    let rows = padded.withUnsafeMutableBufferPointer { bytes in
      var output = bytes.baseAddress
      var outputStride = Int32(stride)
      return sws_scale(scaler, input, strides, 0, Int32(height), &output, &outputStride)
    }
    guard rows == Int32(h) else { throw .unreadablePictures }
    var picture = PixelBuffer(width: w, height: h, channels: 3)
    for y in 0..<h {
      picture.data.replaceSubrange(y * w * 3..<(y + 1) * w * 3, with: padded[y * stride..<y * stride + w * 3])
    }
    return picture
  }

  /// Clockwise quarter turns that set the pictures upright, from the stream's display matrix.
  private static func quarterTurns(_ stream: UnsafeMutablePointer<AVStream>) -> Int {
    guard let matrix = libav_display_matrix(stream) else { return 0 }
    let degrees = av_display_rotation_get(matrix)
    // libav's angle is counter-clockwise.
    return degrees.isFinite ? ((Int((-degrees / 90).rounded()) % 4) + 4) % 4 : 0
  }
}
