import Speech
import Testing

/// The figures of the trained network were measured in Python; these tests say that they hold for the Swift code.
@Suite struct ParityTests {
  @Test func `Features and network compute what PyTorch computed`() throws {
    let network = try SpeechNetwork(model: Signals.model)
    let spectrum = MelSpectrum()
    var normalizer = FeatureNormalizer(prior: network.prior)
    let signal = [Float](repeating: 0, count: 120) + Signals.parity() + [Float](repeating: 0, count: 400)
    var power = [Float](repeating: 0, count: MelSpectrum.bands)
    var features = power
    var (next, worstFeature, worstLogit): (Int, Float, Float) = (0, 0, 0)
    signal.withUnsafeBufferPointer { samples in
      for frame in 0..<200 {
        spectrum.analyse(samples.baseAddress! + frame * MelSpectrum.hop, into: &power)
        normalizer.normalize(power, into: &features)
        let logits = network.step(features)
        guard next < Expected.frames.count, Expected.frames[next].frame == frame else { continue }
        let expected = Expected.frames[next]
        for band in 0..<MelSpectrum.bands {
          worstFeature = max(worstFeature, abs(features[band] - expected.features[band]))
        }
        for index in 0..<Viseme.count { worstLogit = max(worstLogit, abs(logits[index] - expected.logits[index])) }
        next += 1
      }
    }
    #expect(next == Expected.frames.count && next >= 8)
    #expect(worstFeature < 1e-3)
    #expect(worstLogit < 5e-3)
  }
}
