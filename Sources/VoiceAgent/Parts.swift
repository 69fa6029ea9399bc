/// What a voice agent is made of: each part can be replaced by itself.

/// Turns a spoken turn into text.
public protocol Recogniser: Sendable {
  /// - Parameter samples: mono, 16 kHz.
  /// - Returns: the words, lower case, without punctuation; empty where none were understood.
  func text(of samples: [Int16]) async throws -> String
}

/// Finds an answer.
public protocol Replier: Sendable {
  /// - Parameters:
  ///   - text: what the user says.
  ///   - history: the turns before, the oldest first.
  func reply(to text: String, history: [Turn]) async throws -> String
}

/// Turns text into sound.
public protocol Voice: Sendable {
  func speech(_ text: String) async throws -> Utterance
}

/// What one of the two has said.
public struct Turn: Sendable, Equatable {
  public enum Speaker: String, Sendable { case user, agent }
  public var speaker: Speaker
  public var text: String

  public init(_ speaker: Speaker, _ text: String) { (self.speaker, self.text) = (speaker, text) }

  /// The words that were said whole when `share` of the sound had been heard, with a dash for the rest.
  package func heard(share: Double) -> String {
    let said = text.prefix(Int(max(0, min(1, share)) * Double(text.count)))
    if said.count == text.count { return text }
    let words = said.lastIndex(where: \.isWhitespace).map { said[..<$0] } ?? ""
    return words.isEmpty ? "" : words + " —"
  }
}

/// Speech as sound, and where it is known what is said when.
public struct Utterance: Sendable {
  public struct Phone: Sendable, Equatable {
    /// Seconds of the sound.
    public var start: Double
    public var end: Double
    /// ARPABET, in whatever case.
    public var symbol: String
  }

  /// Mono.
  public var samples: [Int16]
  /// Samples a second.
  public var rate: Int
  /// Empty where the voice does not tell.
  public var phones: [Phone]
}

/// Why a part of the agent cannot do its work; the sentence is for the user.
public struct AgentFailure: Error, Equatable, Sendable {
  /// Stable, for programs.
  public var code: String
  public var message: String

  public init(_ code: String, _ message: String) { (self.code, self.message) = (code, message) }
}
