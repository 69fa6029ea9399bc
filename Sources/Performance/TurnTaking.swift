/// Whose turn it is: the avatar speaks, or listens. Follows the voice within 0.3 s either way and bridges the closures
/// and short pauses inside a phrase.
struct TurnTaking {
  /// Voice for this long begins a phrase, seconds; a click does not.
  private static let onset: Float = 0.04
  /// Silence for this long ends it, seconds.
  private static let hangover: Float = 0.24

  private var contrary: Float = 0
  private(set) var isSpeaking = false
  /// True on the tick on which a phrase begins.
  private(set) var phraseStarted = false
  /// True on the tick on which a phrase has ended.
  private(set) var phraseEnded = false

  mutating func advance(_ step: Float, activity: Float) {
    contrary = (activity > 0.3) == isSpeaking ? 0 : contrary + step
    let changes = contrary >= (isSpeaking ? Self.hangover : Self.onset)
    phraseEnded = changes && isSpeaking
    phraseStarted = changes && !isSpeaking
    guard changes else { return }
    isSpeaking.toggle()
    contrary = 0
  }
}
