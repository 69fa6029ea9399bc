import Foundation

/// What the page may say as text.
enum AgentMessage: Sendable {
  /// - Parameter rate: of the microphone's sound, which follows as int16, samples a second.
  case hello(rate: Int)
  /// Typed, not spoken.
  case say(String)
  /// The reply's sound begins and ends at the page.
  case playing, played
  /// The user has interrupted the reply.
  /// - Parameter position: seconds of it that were heard; nil where the page does not know.
  case interrupted(position: Double?)

  private struct Text: Decodable {
    var type: String
    var rate: Int?
    var text: String?
    var position: Double?
  }

  /// Letters of a typed turn at most.
  static let longestText = 300

  init(_ text: String) throws(AgentFailure) {
    guard let parsed = try? JSONDecoder().decode(Text.self, from: Data(text.utf8)) else {
      throw AgentFailure("bad-message", "A text message is a JSON object with a type.")
    }
    switch parsed.type {
    case "hello":
      let rate = parsed.rate ?? 48_000
      guard 8000...192_000 ~= rate else {
        throw AgentFailure("bad-rate", "rate is a number of samples a second from 8000 to 192000.")
      }
      self = .hello(rate: rate)
    case "say":
      let words = (parsed.text ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
      guard 1...Self.longestText ~= words.count else {
        throw AgentFailure("bad-text", "text has 1 to \(Self.longestText) letters.")
      }
      self = .say(words)
    case "playing": self = .playing
    case "played": self = .played
    case "interrupted": self = .interrupted(position: parsed.position)
    default: throw AgentFailure("bad-message", "type is one of hello, say, playing, played and interrupted.")
    }
  }
}

/// What the agent says as text; its sound follows a `reply` as int16.
enum AgentAnswer: Encodable {
  case ready(hears: Bool, note: String?)
  case userSpeaking
  case thinking
  case nothingHeard
  case transcript(Turn)
  case reply(Utterance, text: String)
  case replyEnd
  case error(AgentFailure)

  private enum Key: String, CodingKey {
    case type, hears, note, who, text, rate, samples, phones, code, message
  }
  private struct Phone: Encodable { var time, duration: Double; var phone: String }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    switch self {
    case .ready(let hears, let note):
      try members.encode("ready", forKey: .type)
      try members.encode(hears, forKey: .hears)
      try members.encodeIfPresent(note, forKey: .note)
    case .userSpeaking: try members.encode("user_speaking", forKey: .type)
    case .thinking: try members.encode("thinking", forKey: .type)
    case .nothingHeard: try members.encode("nothing_heard", forKey: .type)
    case .transcript(let turn):
      try members.encode("transcript", forKey: .type)
      try members.encode(turn.speaker.rawValue, forKey: .who)
      try members.encode(turn.text, forKey: .text)
    case .reply(let utterance, let text):
      try members.encode("reply", forKey: .type)
      try members.encode(text, forKey: .text)
      try members.encode(utterance.rate, forKey: .rate)
      try members.encode(utterance.samples.count, forKey: .samples)
      try members.encode(
        utterance.phones.map { Phone(time: $0.start, duration: $0.end - $0.start, phone: $0.symbol) }, forKey: .phones)
    case .replyEnd: try members.encode("reply_end", forKey: .type)
    case .error(let failure):
      try members.encode("error", forKey: .type)
      try members.encode(failure.code, forKey: .code)
      try members.encode(failure.message, forKey: .message)
    }
  }

  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings and finite numbers cannot fail.
    return String(decoding: try! encoder.encode(self), as: UTF8.self)
  }
}
