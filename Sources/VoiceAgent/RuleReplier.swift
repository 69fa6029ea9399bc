import Foundation

/// Answers from a few rules: small talk, the time and the date, and what this program is. Needs nothing and nobody.
public struct RuleReplier: Replier {
  private struct Rule {
    /// Any of these word for word in the text.
    var cues: [String]
    var answer: @Sendable (Date) -> String

    init(_ cues: String..., answer: @escaping @Sendable (Date) -> String) {
      self.cues = cues.map { " \($0) " }
      self.answer = answer
    }
  }

  private let now: @Sendable () -> Date

  /// - Parameter now: the clock that the time and the date are read from.
  public init(now: @escaping @Sendable () -> Date = { Date() }) { self.now = now }

  private static let rules = [
    Rule("what time", "time is it", "the time") { "It is \(spoken($0, "h:mm a"))." },
    Rule("what day", "which day", "the date", "is today") { "Today is \(spoken($0, "EEEE, MMMM d"))." },
    Rule("your name", "who are you") { _ in "I am your Flexatar: a face made of one photo, and a voice." },
    Rule("you work", "you made", "made you", "you do that", "you do this") { _ in
      "I hear you, I look for an answer, and I say it. My lips follow my own voice, sound by sound."
    },
    Rule("how are you", "how do you do") { _ in "I am fine, thank you. How are you?" },
    Rule("what can you", "help") { _ in "I can tell you the time and the date, and how I work. Ask me how I work." },
    Rule("joke", "funny") { _ in "Why do faces make good speakers? They always have a mouth to feed." },
    Rule("weather", "rain", "sunny") { _ in "I have no window here. But I hope that the sun shines where you are." },
    Rule("open source", "cloud", "internet", "online") { _ in "Nothing of what you say leaves this machine." },
    Rule("thank", "thanks") { _ in "You are welcome." },
    Rule("good bye", "goodbye", "bye") { _ in "Good bye. It was nice to talk to you." },
    Rule("hello", "hi", "hey", "good morning", "good evening") { _ in
      "Hello. It is nice to meet you. \(askForName)"
    },
    Rule("my name is") { _ in niceToMeetYou },
    Rule("yes", "yeah") { _ in "Good. Go on." },
    Rule("no", "nope") { _ in "All right, then not." },
  ]

  private static let askForName = "What is your name?"
  private static let niceToMeetYou = "It is nice to meet you. What would you like to know?"

  public func reply(to text: String, history: [Turn]) async throws -> String {
    let words = text.lowercased().split { !$0.isLetter && $0 != "'" }
    guard !words.isEmpty else { return "I did not hear you. Please say it again." }
    let said = " \(words.joined(separator: " ")) "
    for rule in Self.rules where rule.cues.contains(where: { said.contains($0) }) {
      return rule.answer(now())
    }
    if let asked = history.last, asked.speaker == .agent, asked.text.hasSuffix(Self.askForName) {
      return Self.niceToMeetYou
    }
    return "You said: \(text). I know too little about that. Ask me for the time, or what I can do."
  }

  private static func spoken(_ date: Date, _ format: String) -> String {
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US")
    formatter.dateFormat = format
    return formatter.string(from: date)
  }
}
