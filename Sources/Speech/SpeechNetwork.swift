import Bytes

/// The trained network: a causal convolution over the last frames, two gated recurrent layers, fifteen classes.
///
/// The answer to frame t describes frame t - `lookahead`. The file it is read from is described in `docs/speech.md`.
package struct SpeechNetwork: ~Copyable {
  static let magic: UInt32 = 0x5053_5846  // "FXSP"
  static let version: UInt32 = 1

  /// Frames of the future that an answer has heard.
  package let lookahead: Int
  /// Where the running mean of the features starts.
  package let prior: [Float]

  private let kernel: Int
  private let channels: Int
  private let inputScale: [Float]
  private let inputShift: [Float]
  private let convolution: DenseLayer
  private let first: GatedRecurrentLayer
  private let second: GatedRecurrentLayer
  private let last: DenseLayer
  /// The last `kernel` frames, the oldest first.
  private let history: FloatStore
  private let convolved: FloatStore
  private let logits: FloatStore

  package init(model: [UInt8]) throws(SpeechError) {
    var reader = ByteReader<SpeechError>(model)
    guard model.count >= 4, try reader.uint32() == Self.magic else { throw .notAModel }
    guard try reader.uint32() == Self.version else { throw .unsupportedVersion }
    let (size, checksum) = (try reader.uint32(), try reader.uint32())
    guard size == model.count, CRC32.checksum(model, reader.offset..<model.count) == checksum else {
      throw .damagedModel
    }
    let bands = try reader.uint32()
    let kernel = Int(try reader.uint32())
    let channels = Int(try reader.uint32())
    let hidden = Int(try reader.uint32())
    let classes = try reader.uint32()
    let lookahead = Int(try reader.uint32())
    guard bands == MelSpectrum.bands, classes == Viseme.count, 1...16 ~= kernel, 1...1024 ~= channels,
      1...1024 ~= hidden, 0...10 ~= lookahead
    else { throw .unusableModel }
    let prior = try reader.floats(MelSpectrum.bands, limit: 100)
    let inputScale = try reader.floats(MelSpectrum.bands, limit: 1000)
    let inputShift = try reader.floats(MelSpectrum.bands, limit: 1000)
    let convolution = try Self.layer(&reader, inputs: kernel * MelSpectrum.bands, outputs: channels)
    let first = try Self.recurrent(&reader, inputs: channels, hidden: hidden)
    let second = try Self.recurrent(&reader, inputs: hidden, hidden: hidden)
    let last = try Self.layer(&reader, inputs: hidden, outputs: Viseme.count)
    guard reader.isAtEnd else { throw .damagedModel }
    (self.kernel, self.channels, self.lookahead) = (kernel, channels, lookahead)
    (self.prior, self.inputScale, self.inputShift) = (prior, inputScale, inputShift)
    history = FloatStore(count: kernel * MelSpectrum.bands)
    convolved = FloatStore(count: convolution.paddedOutputs)
    logits = FloatStore(count: last.paddedOutputs)
    self.convolution = convolution
    self.first = first
    self.second = second
    self.last = last
  }

  private static func recurrent(
    _ reader: inout ByteReader<SpeechError>, inputs: Int, hidden: Int
  ) throws(SpeechError) -> GatedRecurrentLayer {
    let fromInput = try layer(&reader, inputs: inputs, outputs: 3 * hidden)
    let fromState = try layer(&reader, inputs: hidden, outputs: 3 * hidden)
    return GatedRecurrentLayer(fromInput: fromInput, fromState: fromState)
  }

  private static func layer(_ reader: inout ByteReader<SpeechError>, inputs: Int, outputs: Int) throws(SpeechError)
    -> DenseLayer
  {
    let scales = try reader.floats(outputs, limit: 1000)
    let bias = try reader.floats(outputs, limit: 10_000)
    let matrix = reader.bytes[try reader.skip(inputs * outputs)]
    return DenseLayer(inputs: inputs, outputs: outputs, matrix: matrix, scales: scales, bias: bias)
  }

  package func reset() {
    history.fill(0)
    first.reset()
    second.reset()
  }

  /// One frame of 40 features to the logits of the fifteen visemes (lane 15 is 0).
  package func step(_ features: UnsafePointer<Float>) -> SIMD16<Float> {
    let bands = MelSpectrum.bands
    history.slide(from: bands, to: 0, length: (kernel - 1) * bands)
    let newest = history.base + (kernel - 1) * bands
    for band in 0..<bands { newest[band] = features[band] * inputScale[band] + inputShift[band] }
    convolution.apply(history.base, into: convolved.base)
    for channel in 0..<channels { convolved[channel] = max(0, convolved[channel]) }
    first.step(convolved.base)
    second.step(first.output)
    last.apply(second.output, into: logits.base)
    var answer = SIMD16<Float>.zero
    for index in 0..<Viseme.count { answer[index] = logits[index] }
    return answer
  }
}
