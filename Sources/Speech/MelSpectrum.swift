import Linear

/// The loudness of 25 ms of 16 kHz sound in forty bands spaced as the ear spaces them (60...7600 Hz).
///
/// Hann window, 512-point transform, triangles on the mel scale with weight 1 each; the same arithmetic as
/// `Training/speech/features.py`.
package struct MelSpectrum: ~Copyable {
  package static let bands = 40
  package static let window = 400
  /// Samples from one frame to the next.
  package static let hop = 160
  /// Power added to every band: white noise of about -92 dBFS, below which everything is equally silent.
  static let floor: Float = 1e-7

  private static let lowest: Double = 60
  private static let highest: Double = 7600

  private let fourier = RealFourier()
  private let hann = FloatStore(count: window)
  private let framed = FloatStore(count: RealFourier.size)
  private let spectrum = FloatStore(count: RealFourier.bins)
  private let weights: FloatStore
  /// For each band its first bin, how many bins it has, and where their weights begin.
  private var spans: [(bin: Int, count: Int, weight: Int)] = []

  package init() {
    for index in 0..<Self.window {
      // 0.5 - 0.5 cos(2 pi i / 399), from the nearer end so that both halves are the same.
      let near = min(index, Self.window - 1 - index)
      let half = Elementary.sin(Elementary.pi * Float(near) / Float(Self.window - 1))
      hann[index] = half * half
    }
    var edges: [Double] = []
    for index in 0..<Self.bands + 2 {
      let (low, high) = (Self.mel(Self.lowest), Self.mel(Self.highest))
      edges.append(Self.hertz(low + (high - low) * Double(index) / Double(Self.bands + 1)))
    }
    var all: [Float] = []
    for band in 0..<Self.bands {
      let (lower, centre, upper) = (edges[band], edges[band + 1], edges[band + 2])
      var span = (bin: 0, count: 0, weight: all.count)
      var own: [Double] = []
      for bin in 0..<RealFourier.bins {
        let hertz = Double(bin) * 16_000 / Double(RealFourier.size)
        let height = min((hertz - lower) / (centre - lower), (upper - hertz) / (upper - centre))
        guard height > 0 else { continue }
        if own.isEmpty { span.bin = bin }
        own.append(height)
      }
      var sum = 0.0
      for height in own { sum += height }
      for height in own { all.append(Float(height / sum)) }
      span.count = own.count
      spans.append(span)
    }
    weights = FloatStore(count: all.count)
    for index in 0..<all.count { weights[index] = all[index] }
  }

  /// The power of each band (without the floor) of the 400 samples at `samples` into the 40 places at `power`.
  package func analyse(_ samples: UnsafePointer<Float>, into power: UnsafeMutablePointer<Float>) {
    for index in 0..<Self.window { framed[index] = samples[index] * hann[index] }
    fourier.power(of: framed.base, into: spectrum.base)
    for band in 0..<Self.bands {
      let span = spans[band]
      var sum: Float = 0
      for index in 0..<span.count { sum += spectrum[span.bin + index] * weights[span.weight + index] }
      power[band] = sum
    }
  }

  /// How alike the samples last analysed are to themselves some time later, for the times of a voice's periods.
  ///
  /// - Parameter correlation: 257 places; entry n is the product of the windowed sound and itself n samples later.
  func correlate(into correlation: UnsafeMutablePointer<Float>) {
    fourier.correlation(of: spectrum.base, into: correlation)
  }

  /// The power of the samples last analysed in a bin of 31.25 Hz, 0...256.
  func power(ofBin bin: Int) -> Float { spectrum[bin] }

  /// The Hann window at `index`, 0..<400.
  func windowValue(_ index: Int) -> Float { hann[index] }

  private static func mel(_ hertz: Double) -> Double {
    1127.010_480_055_1 * logarithm(1 + hertz / 700)
  }

  private static func hertz(_ mel: Double) -> Double {
    700 * (exponential(mel / 1127.010_480_055_1) - 1)
  }

  /// Natural logarithm by Newton's method on the series of the exponential; for set-up only.
  private static func logarithm(_ x: Double) -> Double {
    var y = Double(Elementary.log(Float(x)))
    for _ in 0..<3 { y += x / exponential(y) - 1 }
    return y
  }

  /// e to the power `x` for 0 <= x <= 4; for set-up only.
  private static func exponential(_ x: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for k in 1...40 {
      term *= x / Double(k)
      sum += term
    }
    return sum
  }
}
