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

  /// "Wa": a voice's pulses and a little breath through resonances that move as the jaw opens and closes; with another
  /// vowel "we", "wo" and so on.
  /// - Parameter vowel: its first two resonances, hertz.
  static func syllable(
    pitch: Double, seconds: Double, amplitude: Double = 0.3, glide: Double = 0.15, vowel: (Double, Double) = (750, 1250)
  ) -> [Float] {
    let rate = 16_000.0
    let count = Int(seconds * rate)
    let breath = noise(seconds: seconds, amplitude: 0.02)
    var states = [(one: Double, two: Double)](repeating: (0, 0), count: 4)
    var (phase, source) = (0.0, 0.0)
    var signal = (0..<count).map { index in
      let place = Double(index) / Double(count)
      let open = sin(.pi * place).squareRoot()
      phase += pitch * (1 + glide * (0.5 - place)) / rate
      // The pulses of the glottis fall by 6 dB an octave.
      source *= 0.95
      if phase >= 1 {
        phase -= 1
        source += 1
      }
      let formants = [
        (350 + (vowel.0 - 350) * open, 80.0), (800 + (vowel.1 - 800) * open, 90), (2400 + 100 * open, 140), (3500, 200),
      ]
      var value = source - 0.3 + Double(breath[index])
      for (number, (hertz, width)) in formants.enumerated() {
        let radius = exp(-.pi * width / rate)
        let (a, b) = (2 * radius * cos(2 * .pi * hertz / rate), -radius * radius)
        value = value * (1 - a - b) + a * states[number].one + b * states[number].two
        states[number] = (value, states[number].one)
      }
      return value
    }
    let peak = signal.reduce(0) { max($0, abs($1)) }
    for index in 0..<count {
      signal[index] *= amplitude / peak * min(1, Double(min(index, count - 1 - index)) / (0.04 * rate))
    }
    return signal.map { Float($0) }
  }

  /// A synthesiser: two sawtooths a little apart through a filter that closes after the note has begun, or several notes
  /// at once.
  static func synthesiser(_ hertz: [Double], seconds: Double, closing: Double, amplitude: Double = 0.1) -> [Float] {
    var (low, band) = (0.0, 0.0)
    return (0..<Int(seconds * 16_000)).map { index in
      let t = Double(index) / 16_000
      let saws = hertz.reduce(0.0) { sum, note in
        sum + 2 * (note * t).truncatingRemainder(dividingBy: 1)
          + 2 * (note * 1.007 * t).truncatingRemainder(dividingBy: 1) - 2
      }
      let cut = 2 * sin(.pi * min(300 + 4000 * exp(-t * closing), 2500) / 16_000)
      low += cut * band
      band += cut * (saws - low - 0.5 * band)
      return Float(amplitude * low * min(1, t / 0.005) * min(1, (seconds - t) / 0.05))
    }
  }

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
