import Foundation
import Speech
import Testing

@Suite struct ResamplerTests {
  private func resample(_ samples: [Float], from rate: Double, sizes: [Int] = [512], room: Int = 300) throws -> [Float]
  {
    var resampler = try Resampler(inputRate: rate)
    var (start, turn) = (0, 0)
    var result: [Float] = []
    var output = [Float](repeating: 0, count: room)
    try #require(!samples.isEmpty)
    samples.withUnsafeBufferPointer { all in
      while start < all.count {
        let end = min(all.count, start + sizes[turn % sizes.count])
        while true {
          let (consumed, produced) = output.withUnsafeMutableBufferPointer {
            resampler.process(UnsafeBufferPointer(rebasing: all[start..<end]), into: $0)
          }
          result += output[..<produced]
          start += consumed
          if start == end && produced < room { break }
        }
        turn += 1
      }
    }
    return result
  }

  /// Decibels of a signal's middle against amplitude 0.5.
  private func level(_ samples: [Float]) -> Double {
    let middle = samples[(samples.count / 4)..<(samples.count * 3 / 4)]
    let power = middle.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(middle.count)
    return 10 * log10(power / 0.125 + 1e-20)
  }

  @Test(arguments: [4_000.0, 8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 44_099, 48_000, 96_000, 192_000, 384_000])
  func `Every sample comes out at its own time`(rate: Double) throws {
    let output = try resample(Signals.sine(440, rate: rate, seconds: 0.3), from: rate)
    let wanted = Signals.sine(440, rate: 16_000, seconds: 0.3)
    #expect(abs(output.count - wanted.count) <= Int(0.0025 * 16_000) + 1)
    var worst: Float = 0
    for index in 100..<output.count - 50 { worst = max(worst, abs(output[index] - wanted[index])) }
    #expect(worst < 1e-3)
  }

  @Test(arguments: [44_100.0, 48_000, 47_999, 96_000, 192_000])
  func `What the features look at passes`(rate: Double) throws {
    for hertz in [100.0, 1000, 4000, 7000] {
      #expect(abs(level(try resample(Signals.sine(hertz, rate: rate, seconds: 0.2), from: rate))) < 0.1)
    }
  }

  @Test(arguments: [44_100.0, 48_000, 96_000, 192_000])
  func `What would fold onto it does not`(rate: Double) throws {
    for hertz in [8_450.0, 9_000, 10_000, 12_000, 15_900, 17_000, 21_000] {
      #expect(level(try resample(Signals.sine(hertz, rate: rate, seconds: 0.2), from: rate)) < -65, "\(hertz) Hz")
    }
  }

  @Test func `A telephone's sound has no mirror image`() throws {
    // 3 kHz at 8 kHz would mirror to 5 kHz.
    let output = try resample(Signals.sine(3000, rate: 8000, seconds: 0.5), from: 8000)
    let wanted = Signals.sine(3000, rate: 16_000, seconds: 0.5)
    let gain = pow(10, level(output) / 20)
    let error = (1000..<output.count - 1000).map { output[$0] - Float(gain) * wanted[$0] }
    #expect(abs(level(output)) < 0.1)
    #expect(level(error) < -60)
  }

  @Test(arguments: [8_000.0, 44_100, 44_099, 48_000]) func `Pieces of any size give the same samples`(rate: Double)
    throws
  {
    let sound = Signals.noise(seconds: 0.2, amplitude: 0.5, rate: rate)
    let whole = try resample(sound, from: rate, sizes: [1_000_000], room: 4096)
    #expect(try resample(sound, from: rate, sizes: [1], room: 1) == whole)
    #expect(try resample(sound, from: rate, sizes: [127, 3, 5000, 128], room: 77) == whole)
  }

  @Test func `16 kHz passes unchanged`() throws {
    let sound = Signals.noise(seconds: 0.1, amplitude: 0.5)
    #expect(try resample(sound, from: 16_000) == Array(sound.dropLast()))
  }

  @Test func `The delay is two milliseconds at every rate`() throws {
    for rate in [4_000.0, 8_000, 44_100, 48_000, 384_000] {
      let resampler = try Resampler(inputRate: rate)
      #expect(resampler.delaySeconds >= 0.002 && resampler.delaySeconds < 0.002 + 1 / rate)
    }
  }

  @Test func `Samples that are no numbers are silence`() throws {
    var sound = Signals.sine(300, rate: 48_000, seconds: 0.1)
    let clean = sound
    for index in stride(from: 100, to: sound.count, by: 997) {
      sound[index] = [.nan, .infinity, -.infinity][index % 3]
    }
    let output = try resample(sound, from: 48_000)
    #expect(output.allSatisfy { $0.isFinite && abs($0) < 1 })
    #expect(output.count == (try resample(clean, from: 48_000)).count)
  }

  @Test(arguments: [0.0, -48_000, 3_999, 384_001, 1e12, .nan, .infinity, -.infinity])
  func `Rates that no sound has are refused`(rate: Double) {
    #expect(throws: SpeechError.unsupportedSampleRate) { _ = try Resampler(inputRate: rate).delaySeconds }
  }
}
