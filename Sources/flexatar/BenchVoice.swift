/// Something like a voice, for measurements of what it costs to follow one: its content does not change that.
enum BenchVoice {
  /// Samples a second.
  static let rate = 48_000

  /// A buzz that swells four times a second.
  static func samples(seconds: Int) -> [Float] {
    (0..<seconds * rate).map { i in (Float(i % 400) / 200 - 1) * 0.4 * (Float(i % 12_000) / 12_000) }
  }
}
