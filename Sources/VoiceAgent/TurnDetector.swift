/// When a user's turn begins and ends, from how loud the voice is every 10 ms. A value: time is the number of frames.
package struct TurnDetector: Sendable {
  package enum Event: Sendable, Equatable {
    case began
    /// - Parameter frames: of the turn, from its first voice to the silence that ends it.
    case ended(frames: Int)
  }

  /// `SpeechFrame.loudness` of a voice, and under which there is none.
  private static let voice: Float = 0.2
  private static let silence: Float = 0.1
  /// Frames of voice that begin a turn: less is a cough.
  private static let onset = 8
  /// Frames of silence that end it.
  private static let pause = 70
  /// Frames of a turn at most.
  package static let longest = 1200

  private var voiced = 0
  private var quiet = 0
  private var length = 0
  package private(set) var isInTurn = false

  package init() {}

  package mutating func hear(loudness: Float) -> Event? {
    guard isInTurn else {
      voiced = loudness > Self.voice ? voiced + 1 : max(0, voiced - 1)
      guard voiced >= Self.onset else { return nil }
      (isInTurn, length, quiet, voiced) = (true, Self.onset, 0, 0)
      return .began
    }
    length += 1
    quiet = loudness > Self.silence ? 0 : quiet + 1
    guard quiet >= Self.pause || length >= Self.longest else { return nil }
    isInTurn = false
    return .ended(frames: length)
  }
}
