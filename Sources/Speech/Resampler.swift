import Linear

/// Brings a stream of mono sound of any rate to 16 kHz.
///
/// A windowed-sinc filter (Kaiser, 70 dB) 4 ms long, cut just under the lower of the two Nyquist frequencies: what lies
/// above 8.4 kHz cannot fold into the 60...7600 Hz that the features look at. Output n describes the time n / 16000 s
/// of the input; it can be computed once `delaySeconds` more have arrived. 16 kHz passes unchanged. Samples that are
/// not finite count as silence.
public struct Resampler: ~Copyable {
  /// Samples a second of the output.
  public static let outputRate = 16_000

  /// Samples a second that can be read.
  public static let supportedRates = 4_000...384_000

  /// Samples a second of the input.
  public let inputRate: Int

  /// Input samples after an output's own time that its filter needs.
  public let delaySamples: Int

  /// `delaySamples` in seconds.
  public var delaySeconds: Double { Double(delaySamples) / Double(inputRate) }

  private static let halfLength = 0.002
  private static let shape: Float = 6.755
  private static let block = 2048
  private static let loudest: Float = 10_000

  private let taps: Int
  private let phases: Int
  private let kernel: FloatStore
  private let line: FloatStore
  private var filled: Int
  /// Place of the next output in `line`: whole samples before its first tap, and the rest in 1 / 16000 sample.
  private var position = 0
  private var remainder = 0

  /// A resampler at the start of a stream of `inputRate` samples a second (rounded to whole hertz).
  public init(inputRate: Double) throws(SpeechError) {
    guard inputRate >= Double(Self.supportedRates.lowerBound), inputRate <= Double(Self.supportedRates.upperBound)
    else { throw .unsupportedSampleRate }
    let rate = Int(inputRate.rounded())
    self.inputRate = rate
    if rate == Self.outputRate {
      (delaySamples, taps, phases) = (1, 2, 1)
      kernel = FloatStore(count: 2)
      kernel[0] = 1
    } else {
      delaySamples = Int((Self.halfLength * Double(rate)).rounded(.up))
      taps = 2 * delaySamples
      let exact = Self.outputRate / Self.greatestCommonDivisor(rate, Self.outputRate)
      phases = min(exact, min(1024, 262_144 / taps))
      kernel = FloatStore(count: phases * taps)
      // Where the ratio of the rates has too many phases, one filter stands for the middle of a short stretch of them.
      let middle: Float = phases == exact ? 0 : 0.5
      for phase in 0..<phases {
        let fraction = (Float(phase) + middle) / Float(phases)
        Self.design(kernel.base + phase * taps, taps: taps, fraction: fraction, rate: Float(rate))
      }
    }
    line = FloatStore(count: taps + Self.block)
    filled = delaySamples - 1
  }

  /// Forgets the stream.
  public mutating func reset() {
    line.fill(0)
    filled = delaySamples - 1
    (position, remainder) = (0, 0)
  }

  /// Takes as much of `input` and gives as much into `output` as fits; call again with what is left of `input` until
  /// all is consumed and `output` was not filled.
  public mutating func process(
    _ input: UnsafeBufferPointer<Float>, into output: UnsafeMutableBufferPointer<Float>
  ) -> (consumed: Int, produced: Int) {
    var consumed = 0
    var produced = 0
    while true {
      while produced < output.count && position + taps <= filled {
        output[produced] = sample()
        produced += 1
        let ahead = remainder + inputRate
        position += ahead / Self.outputRate
        remainder = ahead % Self.outputRate
      }
      if produced == output.count || consumed == input.count { return (consumed, produced) }
      makeRoom()
      let count = min(input.count - consumed, line.count - filled)
      for index in 0..<count {
        let value = input[consumed + index]
        line[filled + index] = value.isFinite ? max(-Self.loudest, min(Self.loudest, value)) : 0
      }
      consumed += count
      filled += count
    }
  }

  /// Drops what no later output needs.
  private mutating func makeRoom() {
    let drop = min(position, filled)
    line.slide(from: drop, to: 0, length: filled - drop)
    position -= drop
    filled -= drop
  }

  private func sample() -> Float {
    let row = kernel.base + remainder * phases / Self.outputRate * taps
    let values = line.base + position
    var sum = SIMD4<Float>.zero
    var index = 0
    while index + 4 <= taps {
      sum += Self.load(row + index) * Self.load(values + index)
      index += 4
    }
    var rest: Float = 0
    while index < taps {
      rest += row[index] * values[index]
      index += 1
    }
    return (sum[0] + sum[2]) + (sum[1] + sum[3]) + rest
  }

  @inline(__always) private static func load(_ pointer: UnsafePointer<Float>) -> SIMD4<Float> {
    UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Float>.self)
  }

  /// The filter for an output `fraction` of an input sample after tap `taps / 2 - 1`, with gain 1 at 0 Hz.
  private static func design(_ row: UnsafeMutablePointer<Float>, taps: Int, fraction: Float, rate: Float) {
    let half = Float(taps / 2)
    // Cycles an input sample at the middle of the transition, which is 1080 Hz wide.
    let cut = min(rate, Float(outputRate)) / 2 * (7_860 / 8_000) / rate
    var sum: Float = 0
    for index in 0..<taps {
      let distance = Float(index - (taps / 2 - 1)) - fraction
      let angle = 2 * Elementary.pi * cut * distance
      let sinc = abs(angle) < 1e-4 ? 1 : Elementary.sin(angle) / angle
      let place = distance / half
      row[index] = sinc * bessel(shape * max(0, 1 - place * place).squareRoot())
      sum += row[index]
    }
    for index in 0..<taps { row[index] /= sum }
  }

  /// The modified Bessel function of order 0.
  private static func bessel(_ x: Float) -> Float {
    var term: Float = 1
    var sum: Float = 1
    for k in 1...24 {
      let step = x / 2 / Float(k)
      term *= step * step
      sum += term
    }
    return sum
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : greatestCommonDivisor(b, a % b) }
}
