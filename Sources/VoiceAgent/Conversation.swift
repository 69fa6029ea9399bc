import NIOCore
import Sockets

/// One user's talk with the agent: sound or text in, words and sound out.
actor Conversation {
  /// Turns of one connection, and how many of them the replier gets to know.
  private static let mostTurns = 100
  private static let memory = 12
  /// Letters of a reply that are said.
  private static let longestReply = 400
  /// Samples of a message.
  private static let piece = 16_000

  private let parts: AgentParts
  private let model: [UInt8]
  private let send: @Sendable (WebSocketMessage) async throws -> Void
  private var ear: Ear?
  private var turns: [Turn] = []
  private var turnCount = 0
  private var work: Task<Void, Never>?
  private var isPlaying = false
  /// What is heard now began while the reply sounded, and nobody has interrupted that.
  private var beganInReply = false
  /// When the last reply had been heard, samples of the user's sound.
  private var playedAt = 0
  private var heard = 0
  private var heardRate = 48_000
  /// An echo ends so long after the reply, and is noticed so much later, seconds.
  private static let echoTail = 1.5
  /// Length of the last reply, seconds.
  private var replySeconds = 0.0

  init(parts: AgentParts, model: [UInt8], send: @escaping @Sendable (WebSocketMessage) async throws -> Void) {
    (self.parts, self.model, self.send) = (parts, model, send)
  }

  /// - Throws: `AgentFailure`, which ends the connection.
  func hear(_ message: WebSocketMessage) async throws {
    switch message {
    case .binary(let bytes): try await listen(bytes)
    case .text(let text):
      let message = try AgentMessage(text)
      if case .hello(let rate) = message {
        heardRate = rate
        guard ear == nil else { throw AgentFailure("bad-message", "There is one hello a connection.") }
        ear = try Ear(model: model, rate: Double(rate))
        try await say(.ready(hears: parts.recogniser != nil, note: parts.note))
        return
      }
      guard ear != nil else { throw AgentFailure("bad-message", "The first message is a hello.") }
      switch message {
      case .hello: break
      case .say(let words): try begin(.text(words))
      case .playing: isPlaying = true
      case .played: (isPlaying, playedAt) = (false, heard)
      case .interrupted(let position):
        (isPlaying, beganInReply) = (false, false)
        work?.cancel()
        if let position { forget(after: position) }
      }
    }
  }

  /// Stops whatever is under way.
  func end() async {
    work?.cancel()
    await work?.value
  }

  private func listen(_ bytes: ByteBuffer) async throws {
    guard let ear else { throw AgentFailure("bad-message", "The first message is a hello.") }
    guard bytes.readableBytes % 2 == 0 else {
      throw AgentFailure("bad-sound", "Sound is int16, little-endian: an even number of bytes.")
    }
    let samples = bytes.withUnsafeReadableBytes { bytes in
      (0..<bytes.count / 2).map { Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: Int16.self)) }
    }
    heard += samples.count
    var events: [Ear.Event] = []
    try ear.hear(samples) { events.append($0) }
    for event in events {
      switch event {
      case .began:
        beganInReply = isPlaying
        // Who goes on speaking takes the question back that is being answered.
        if !isPlaying { work?.cancel() }
        try await say(.userSpeaking)
      case .ended(let sound):
        // The reply's echo ends with it; who goes on speaking does not.
        let isEcho = beganInReply && (isPlaying || heard - playedAt < Int(Self.echoTail * Double(heardRate)))
        guard parts.recogniser != nil else { continue }
        if isEcho {
          try await say(.nothingHeard)
          continue
        }
        try begin(.sound(sound))
      }
    }
  }

  private enum Question {
    /// Mono, 16 kHz.
    case sound([Int16])
    case text(String)
  }

  private func begin(_ question: Question) throws {
    turnCount += 1
    guard turnCount <= Self.mostTurns else {
      throw AgentFailure("talked-enough", "That were \(Self.mostTurns) turns; connect again to go on.")
    }
    let before = work
    before?.cancel()
    work = Task {
      await before?.value
      do {
        try await answer(question)
      } catch let failure as AgentFailure {
        try? await say(.error(failure))
      } catch is CancellationError {
      } catch {
        try? await say(.error(AgentFailure("failed", "The agent could not answer.")))
      }
    }
  }

  private func answer(_ question: Question) async throws {
    try await say(.thinking)
    let words: String
    switch question {
    case .text(let text): words = text
    case .sound(let sound):
      guard let recogniser = parts.recogniser else { return }
      words = try await parts.turnstile.pass { try await recogniser.text(of: sound) }
    }
    try Task.checkCancellation()
    guard !words.isEmpty else {
      try await say(.nothingHeard)
      return
    }
    try await note(Turn(.user, words))
    let history = Array(turns.dropLast().suffix(Self.memory))
    let reply = String(try await parts.replier.reply(to: words, history: history).prefix(Self.longestReply))
    let utterance = try await parts.turnstile.pass { [voice = parts.voice] in try await voice.speech(reply) }
    try Task.checkCancellation()
    replySeconds = Double(utterance.samples.count) / Double(utterance.rate)
    try await note(Turn(.agent, reply))
    try await say(.reply(utterance, text: reply))
    var start = 0
    while start < utterance.samples.count {
      try Task.checkCancellation()
      let end = min(start + Self.piece, utterance.samples.count)
      var bytes = ByteBuffer()
      for sample in utterance.samples[start..<end] { bytes.writeInteger(sample, endianness: .little) }
      try await send(.binary(bytes))
      start = end
    }
    try await say(.replyEnd)
  }

  /// Who interrupts has not heard the rest: the replier must not think so.
  private func forget(after position: Double) {
    guard let turn = turns.last, turn.speaker == .agent, position < replySeconds else { return }
    let heard = turn.heard(share: position / replySeconds)
    turns.removeLast()
    if !heard.isEmpty { turns.append(Turn(.agent, heard)) }
  }

  private func note(_ turn: Turn) async throws {
    turns.append(turn)
    if turns.count > 2 * Self.memory { turns.removeFirst() }
    try await say(.transcript(turn))
  }

  private func say(_ answer: AgentAnswer) async throws { try await send(.text(answer.text)) }
}
