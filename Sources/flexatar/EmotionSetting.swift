import ArgumentParser
import Performance

/// `NAME` or `NAME=STRENGTH`.
struct EmotionSetting: ExpressibleByArgument {
  var emotion: Emotion
  var strength: Float

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let emotion = Emotion.allCases.first(where: { "\($0.name)" == parts[0] }) else { return nil }
    self.emotion = emotion
    strength = 1
    if parts.count == 2 {
      guard let strength = Float(parts[1]), 0...1 ~= strength else { return nil }
      self.strength = strength
    }
  }
}
