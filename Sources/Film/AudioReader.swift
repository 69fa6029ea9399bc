import CLibAV

/// Reads the sound of any file that libav knows (also of films), block by block: memory stays small however long it is.
public final class AudioReader {
  /// Samples a second, as in the file unless another rate was asked for.
  public let sampleRate: Int
  /// Channels of `AudioBlock.interleaved`: 1 or 2 (more are mixed down to 2).
  public let channels: Int
  /// Channels in the file.
  public let fileChannels: Int
  /// Length as the file's header has it, seconds; nil where it does not say. Only an estimate.
  public let estimatedSeconds: Double?

  private let file: MediaFile
  private var resampler: OpaquePointer?
  private let fileRate: Int
  private var delivered = 0
  private var isFlushed = false
  /// Layout that `resampler` was made for.
  private var inputFormat: Int32 = -1
  private var inputChannels: Int32 = 0

  /// Opens the file at `path` and reads as far as its first sample.
  /// - Parameter rate: samples a second to be delivered, mono; nil: as in the file.
  public init(path: String, resampledTo rate: Int? = nil) throws(FilmError) {
    guard let file = try MediaFile(path: path, kind: .sound) else { throw .noSound }
    self.file = file
    let parameters = file.parameters.pointee
    fileRate = Int(parameters.sample_rate)
    sampleRate = rate ?? fileRate
    let count = Int(parameters.ch_layout.nb_channels)
    guard (4_000...384_000).contains(fileRate), (1...32).contains(count) else { throw .unsupportedSound }
    fileChannels = count
    channels = rate == nil ? min(2, count) : 1
    estimatedSeconds = file.estimatedSeconds
  }

  deinit { swr_free(&resampler) }

  /// The next samples, or nil at the end.
  /// - Throws: `emptySound` where the file ends without one sample, `notANumber`, `unreadable`. A file that breaks off
  ///   in the middle ends there.
  public func next() throws(FilmError) -> AudioBlock? {
    while let frame = file.next() {
      guard let block = try convert(frame), !block.mono.isEmpty else { continue }
      delivered += block.mono.count
      return block
    }
    if sampleRate != fileRate, !isFlushed, delivered > 0 {
      isFlushed = true
      let rest = try convert(nil, count: 0)
      if !rest.mono.isEmpty { return rest }
    }
    if delivered == 0 { throw .emptySound }
    return nil
  }

  /// The decoded frame as floats.
  private func convert(_ frame: UnsafeMutablePointer<AVFrame>) throws(FilmError) -> AudioBlock? {
    let count = Int(frame.pointee.nb_samples)
    guard count > 0 else { return nil }
    try prepareResampler(frame)
    let input = UnsafeRawPointer(frame.pointee.extended_data)?.assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
    return try convert(UnsafeMutablePointer(mutating: input), count: count)
  }

  /// Through the resampler; nil: what it still holds.
  private func convert(
    _ input: UnsafeMutablePointer<UnsafePointer<UInt8>?>?, count: Int
  ) throws(FilmError) -> AudioBlock {
    let room = sampleRate == fileRate ? Int32(count) : swr_get_out_samples(resampler, Int32(count))
    guard room > 0 else { return AudioBlock(mono: [], interleaved: []) }
    var interleaved = [Float](repeating: 0, count: Int(room) * channels)
    let written = interleaved.withUnsafeMutableBytes { bytes in
      var output: UnsafeMutablePointer<UInt8>? = bytes.bindMemory(to: UInt8.self).baseAddress
      return swr_convert(resampler, &output, room, input, Int32(count))
    }
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
  private func prepareResampler(_ frame: UnsafeMutablePointer<AVFrame>) throws(FilmError) {
    let count = frame.pointee.ch_layout.nb_channels
    guard frame.pointee.sample_rate == Int32(fileRate) else { throw .changingRate }
    if resampler != nil && frame.pointee.format == inputFormat && count == inputChannels { return }
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
