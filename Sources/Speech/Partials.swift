import Linear

/// How far the fine structure of a spectrum is what it was 150 ms before.
///
/// The partials of an instrument stand still while a note lasts; those of a voice glide, and noise has none. The structure is
/// the logarithm of the power between 125 Hz and 2 kHz less its mean over nine bins of 31 Hz.
struct Partials: ~Copyable {
  private static let bins = 4..<64
  /// Bins on either side over which the mean is taken.
  private static let reach = 4
  private static let lag = 15

  private let logarithms = FloatStore(count: bins.upperBound + reach)
  /// The last `lag` frames' structures, each of length 1.
  private let structures = FloatStore(count: bins.count * lag)
  private var frame = 0

  mutating func reset() {
    structures.fill(0)
    frame = 0
  }

  /// Takes the frame that `spectrum` has just analysed.
  /// - Returns: how like it is to the one 150 ms before, -1...1; 0 at first.
  mutating func take(_ spectrum: borrowing MelSpectrum) -> Float {
    for bin in 0..<Self.bins.upperBound + Self.reach {
      logarithms[bin] = Elementary.log(spectrum.power(ofBin: bin) + MelSpectrum.floor)
    }
    let place = frame % Self.lag * Self.bins.count
    frame += 1
    var sum: Float = 0
    for bin in 0..<2 * Self.reach { sum += logarithms[bin] }
    var (product, energy): (Float, Float) = (0, 0)
    for bin in Self.bins {
      sum += logarithms[bin + Self.reach]
      let value = logarithms[bin] - sum / Float(2 * Self.reach + 1)
      sum -= logarithms[bin - Self.reach]
      let index = place + bin - Self.bins.lowerBound
      product += value * structures[index]
      energy += value * value
      structures[index] = value
    }
    let scale = 1 / (energy.squareRoot() + 1e-6)
    for index in place..<place + Self.bins.count { structures[index] *= scale }
    return product * scale
  }
}
