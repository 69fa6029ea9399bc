/// How far jaw and lips go for a viseme, against its recipe: two scales of their own, as in JALI (Edwards, Landreth, Fiume &
/// Singh, *ACM Transactions on Graphics* 35, 2016). Mumbled speech moves the lips and hardly the jaw, shouting opens the jaw
/// wide; closures close at any effort.
struct Effort {
  /// Of `jawOpen`, 0.2...1.7.
  let jaw: Float
  /// Of every other shape, 0.6...1.2.
  let lips: Float

  /// An ordinary vowel's loudness of 0.7 at ordinary effort gives the recipes as they are.
  /// - Parameters:
  ///   - loudness: of the moment, 0...1.
  ///   - vocalEffort: of the last second, see `SpeechFrame.effort`.
  init(loudness: Float, vocalEffort: Float) {
    let moment = max(0.5, min(1.2, 0.475 + 0.75 * loudness))
    jaw = moment * (1 + (vocalEffort < 0 ? 0.6 : 0.4) * vocalEffort)
    lips = max(0.7, min(1.1, 0.7 + 0.43 * loudness)) * (1 + 0.12 * vocalEffort)
  }
}
