import Performance
import Stage

/// What a client asks for in its first message.
package struct LiveWish: Sendable {
  package var avatar = "default"
  /// Samples a second, in and out.
  package var rate = 24_000
  package var width = 512
  package var height = 512
  package var fps = 25.0
  package var framing = Framing.portrait
  package var background = Background.photo
  package var emotions: [(Emotion, Float)] = []
  package var seed: UInt64 = 1

  package init() {}
}

/// Why a message of a client will not do.
struct LiveRefusal: Error, Equatable, Sendable {
  /// Stable, for programs.
  var code: String
  var message: String
}
