/// The simplest sound file: 16 bits, mono (RIFF WAVE, PCM).
enum WaveFile {
  /// - Parameter samples: -1...1.
  static func bytes(_ samples: [Float], rate: Int) -> [UInt8] {
    var file: [UInt8] = []
    func text(_ letters: StaticString) { letters.withUTF8Buffer { file += $0 } }
    func number(_ value: Int, bytes: Int) {
      for k in 0..<bytes { file.append(UInt8(truncatingIfNeeded: value >> (8 * k))) }
    }
    text("RIFF")
    number(36 + 2 * samples.count, bytes: 4)
    text("WAVEfmt ")
    number(16, bytes: 4)
    number(1, bytes: 2)
    number(1, bytes: 2)
    number(rate, bytes: 4)
    number(2 * rate, bytes: 4)
    number(2, bytes: 2)
    number(16, bytes: 2)
    text("data")
    number(2 * samples.count, bytes: 4)
    for sample in samples { number(Int((max(-1, min(1, sample)) * 32_767).rounded()), bytes: 2) }
    return file
  }
}
