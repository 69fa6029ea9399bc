import Foundation
import Speech

/// Sounds made here, and the trained model of the repository.
enum Signals {
  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let model: [UInt8] = {
    let file = repository.appendingPathComponent("Models/speech.bin")
    guard let data = try? Data(contentsOf: file) else { fatalError("Models/speech.bin is part of the repository") }
    return [UInt8](data)
  }()

  static func sine(_ hertz: Double, rate: Double, seconds: Double, amplitude: Double = 0.5) -> [Float] {
    (0..<Int(rate * seconds)).map { Float(amplitude * sin(2 * .pi * hertz * Double($0) / rate)) }
  }

  static func silence(seconds: Double, rate: Double = 16_000) -> [Float] {
    [Float](repeating: 0, count: Int(seconds * rate))
  }

  static func noise(seconds: Double, amplitude: Float, rate: Double = 16_000) -> [Float] {
    var state: UInt32 = 7
    return (0..<Int(seconds * rate)).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return amplitude * (Float(state >> 8) / 8_388_608 - 1)
    }
  }

  /// A voice's pulses through the resonances of a vowel, with the slow rise and fall of a syllable.
  static func vowel(
    formants: [(hertz: Double, width: Double)], pitch: Double, seconds: Double, amplitude: Double = 0.3
  ) -> [Float] {
    let rate = 16_000.0
    let count = Int(seconds * rate)
    var signal = [Double](repeating: 0, count: count)
    var phase = 0.0
    for index in 0..<count {
      phase += pitch / rate
      if phase >= 1 {
        phase -= 1
        signal[index] = 1
      }
    }
    // The source falls by 6 dB an octave.
    var last = 0.0
    for index in 0..<count {
      last = signal[index] + 0.95 * last
      signal[index] = last - 0.3
    }
    for (hertz, width) in formants {
      let radius = exp(-.pi * width / rate)
      let (a, b) = (2 * radius * cos(2 * .pi * hertz / rate), -radius * radius)
      var (one, two) = (0.0, 0.0)
      for index in 0..<count {
        let value = signal[index] * (1 - a - b) + a * one + b * two
        (two, one) = (one, value)
        signal[index] = value
      }
    }
    let peak = signal.reduce(0) { max($0, abs($1)) }
    return (0..<count).map { index in
      let edge = min(1, Double(min(index, count - 1 - index)) / (0.03 * rate))
      return Float(signal[index] / peak * amplitude * edge)
    }
  }

  static let ah: [(hertz: Double, width: Double)] = [(730, 80), (1150, 90), (2500, 140), (3500, 200)]

  /// The signal of `parity_signal` in Training/speech/export.py: a gliding sawtooth through a moving resonance, noise
  /// and rests, by the same arithmetic.
  static func parity() -> [Float] {
    var state: UInt32 = 12345
    var (value, low, band) = (0.0, 0.0, 0.0)
    return (0..<32_000).map { n in
      state = state &* 1_664_525 &+ 1_013_904_223
      let noise = Double(state >> 8) / 8_388_608 - 1
      value += (110 + Double(n) / 400) / 16_000
      if value >= 1 { value -= 2 }
      let voice = n % 8000 < 4500 ? value : 0
      let hiss = 4500 <= n % 8000 && n % 8000 < 6000 ? noise * 0.3 : noise * 0.001
      let frequency = 0.1 + 0.5 * Double(abs(n % 10_000 - 5000)) / 5000
      low += frequency * band
      band += frequency * ((voice + hiss) - low - 0.3 * band)
      return Float(0.2 * band)
    }
  }

  /// All frames of a sound fed in pieces whose sizes `sizes` gives, again and again.
  static func frames(
    _ samples: [Float], rate: Double = 16_000, sizes: [Int] = [480], with tracker: SpeechTracker? = nil
  ) throws -> [SpeechFrame] {
    let tracker = try tracker ?? SpeechTracker(model: model)
    var frames: [SpeechFrame] = []
    try samples.withUnsafeBufferPointer { all in
      var (start, turn) = (0, 0)
      while start < all.count {
        let end = min(all.count, start + sizes[turn % sizes.count])
        try tracker.feed(UnsafeBufferPointer(rebasing: all[start..<end]), sampleRate: rate)
        while let frame = tracker.nextFrame() { frames.append(frame) }
        (start, turn) = (end, turn + 1)
      }
    }
    tracker.finish()
    while let frame = tracker.nextFrame() { frames.append(frame) }
    return frames
  }
}
