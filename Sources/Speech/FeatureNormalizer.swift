import Linear

/// Takes away what the microphone and the room add: subtracts from each band's logarithm the slow mean of the voiced
/// part so far, which starts at the training voices' own mean.
///
/// Frames far below the running peak do not count as voice, so pauses do not pull the mean down; the same arithmetic as
/// `Training/speech/features.py`.
package struct FeatureNormalizer: ~Copyable {
  private static let attack: Float = 0.25
  private static let decay: Float = 0.002
  private static let range: Float = 4.5
  private static let minimumPeak: Float = -16.118_096 + 5
  private static let priorFrames: Float = 50
  private static let memory: Float = 1 / 300
  private static let priorPeakBelowMean: Float = 2
  private static let scale: Float = 0.5
  private static let limit: Float = 4

  private let prior = FloatStore(count: MelSpectrum.bands)
  private let mean = FloatStore(count: MelSpectrum.bands)
  private var priorPeak: Float = 0
  private var peak: Float = 0
  private var count: Float = 0

  /// - Parameter prior: 40 natural logarithms of power, the mean of the training voices.
  package init(prior values: [Float]) {
    var sum: Float = 0
    for band in 0..<MelSpectrum.bands {
      prior[band] = values[band]
      sum += values[band]
    }
    priorPeak = sum / Float(MelSpectrum.bands) - Self.priorPeakBelowMean
    reset()
  }

  package mutating func reset() {
    for band in 0..<MelSpectrum.bands { mean[band] = prior[band] }
    peak = priorPeak
    count = 0
  }

  /// Band powers at `power` to the network's input at `features`, 40 each.
  /// - Parameter gain: decibels that the sound is made louder by.
  package mutating func normalize(
    _ power: UnsafePointer<Float>, gain: Float = 0, into features: UnsafeMutablePointer<Float>
  ) {
    let rise = gain * 0.230_258_5
    var energy: Float = 0
    for band in 0..<MelSpectrum.bands {
      let logarithm = Elementary.log(power[band] + MelSpectrum.floor) + rise
      features[band] = logarithm
      energy += logarithm
    }
    energy /= Float(MelSpectrum.bands)
    let above = energy - peak
    peak = max(peak + (above > 0 ? Self.attack * above : -Self.decay), Self.minimumPeak)
    var rate: Float = 0
    if energy > peak - Self.range {
      // Beyond the memory the count no longer matters; it stops so that it stays exact.
      count = min(count + 1, 1000)
      rate = max(1 / (count + Self.priorFrames), Self.memory)
    }
    for band in 0..<MelSpectrum.bands {
      let updated = mean[band] + rate * (features[band] - mean[band])
      mean[band] = updated
      features[band] = max(-Self.limit, min(Self.limit, (features[band] - updated) * Self.scale))
    }
  }
}
