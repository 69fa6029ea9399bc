import Foundation
import Speech
import Testing

@Suite struct SpectrumTests {
  @Test func `The transform is the discrete Fourier transform`() {
    let samples = Signals.noise(seconds: 0.032, amplitude: 1)
    #expect(samples.count == RealFourier.size)
    var power = [Float](repeating: 0, count: RealFourier.bins)
    RealFourier().power(of: samples, into: &power)
    for bin in 0..<RealFourier.bins {
      var (real, imaginary) = (0.0, 0.0)
      for (index, sample) in samples.enumerated() {
        let angle = 2 * Double.pi * Double(bin * index % 512) / 512
        real += Double(sample) * cos(angle)
        imaginary -= Double(sample) * sin(angle)
      }
      let wanted = real * real + imaginary * imaginary
      #expect(abs(Double(power[bin]) - wanted) < 1e-5 * wanted + 1e-4)
    }
  }

  @Test func `The correlation is that of the samples with themselves`() {
    let samples = Array(Signals.noise(seconds: 0.016, amplitude: 1)) + [Float](repeating: 0, count: 256)
    var power = [Float](repeating: 0, count: RealFourier.bins)
    var correlation = power
    let fourier = RealFourier()
    fourier.power(of: samples, into: &power)
    fourier.correlation(of: power, into: &correlation)
    func direct(_ lag: Int) -> Double {
      (0..<256 - min(lag, 256)).reduce(0) { $0 + Double(samples[$1]) * Double(samples[$1 + lag]) }
    }
    for lag in 0...256 {
      let wanted = direct(lag) / direct(0)
      #expect(abs(Double(correlation[lag] / correlation[0]) - wanted) < 1e-5)
    }
  }

  @Test func `White noise is as loud in every band and a tone only in its own`() {
    let spectrum = MelSpectrum()
    var power = [Float](repeating: 0, count: MelSpectrum.bands)
    var sums = power
    let noise = Signals.noise(seconds: 4, amplitude: 0.1)
    noise.withUnsafeBufferPointer { samples in
      for frame in 0..<390 {
        spectrum.analyse(samples.baseAddress! + frame * MelSpectrum.hop, into: &power)
        for band in 0..<MelSpectrum.bands { sums[band] += power[band] / 390 }
      }
    }
    // 150 is the power of the Hann window, a third the variance of even noise.
    for sum in sums { #expect(abs(sum / (150 * 0.01 / 3) - 1) < 0.2) }

    spectrum.analyse(Signals.sine(1000, rate: 16_000, seconds: 0.025), into: &power)
    let loudest = power.indices.max { power[$0] < power[$1] }!
    #expect(loudest == 13)
    for band in power.indices where abs(band - loudest) > 4 { #expect(power[band] < power[loudest] * 1e-4) }
  }
}
