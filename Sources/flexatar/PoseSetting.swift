import ArgumentParser
import Head
import Linear
import Performance
import Speech

/// `NAME=VALUE`: one thing about the face of a still.
struct PoseSetting: ExpressibleByArgument {
  enum Target {
    case blendshape(Blendshape)
    case viseme(Viseme)
    case emotion(Emotion)
    case gazeX
    case gazeY
  }

  var target: Target
  var value: Float

  /// Weights a little beyond 1 are allowed, and taking away from what another setting added.
  static let range: ClosedRange<Float> = -2...2

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "="), let value = Float(argument[argument.index(after: equals)...]),
      Self.range ~= value, let target = Self.target(named: String(argument[..<equals]))
    else { return nil }
    self.target = target
    self.value = value
  }

  private static func target(named name: String) -> Target? {
    if name == "gazeX" { return .gazeX }
    if name == "gazeY" { return .gazeY }
    if name.hasPrefix("viseme_") {
      return Viseme.allCases.first { "viseme_\($0.name)" == name }.map { .viseme($0) }
    }
    if name.hasPrefix("emotion_") {
      return Emotion.allCases.first { "emotion_\($0.name)" == name }.map { .emotion($0) }
    }
    return Blendshape.allCases.first { "\($0)" == name }.map { .blendshape($0) }
  }

  func apply(to pose: inout Pose) {
    switch target {
    case .blendshape(let shape): pose.weights[shape] += value
    case .viseme(let viseme): viseme.add(to: &pose.weights, amount: value)
    case .emotion(let emotion): emotion.add(to: &pose.weights, amount: value)
    case .gazeX: pose.gaze.x = max(-1, min(1, value)) * Limits.fullGaze
    case .gazeY: pose.gaze.y = max(-1, min(1, value)) * Limits.fullGaze
    }
  }

  static let help = """
    ARKit's names (jawOpen, eyeBlinkLeft …) and tongueUp, viseme_PP … viseme_ou, emotion_joy, _anger, _sadness, \
    _surprise, _disgust, _confusion: usually 0 to 1; gazeX, gazeY: -1 to 1, to the picture's right and up. Again and \
    again.
    """
}
