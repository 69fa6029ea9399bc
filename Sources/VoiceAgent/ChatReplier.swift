import AsyncHTTPClient
import Foundation
import NIOCore

/// Answers by a language model behind a chat-completions endpoint: OpenAI's, or one of the many that speak like it.
public struct ChatReplier: Replier {
  private static let patience = TimeAmount.seconds(20)
  private static let longestAnswer = 1 << 18
  private static let instructions =
    "You are a friendly talking head. Answer in one or two short sentences of plain words, as they are spoken."

  private let endpoint: String
  private let model: String
  private let key: String?

  /// - Parameters:
  ///   - base: `https://example.com/v1`; `/chat/completions` is added.
  ///   - key: sent as a bearer credential.
  public init(base: String, model: String, key: String?) {
    endpoint = (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/chat/completions"
    (self.model, self.key) = (model, key)
  }

  private struct Message: Codable { var role, content: String }
  private struct Question: Encodable {
    var model: String
    var messages: [Message]
    var maxTokens = 150
    enum CodingKeys: String, CodingKey {
      case model, messages
      case maxTokens = "max_tokens"
    }
  }
  private struct Answer: Decodable {
    struct Choice: Decodable { var message: Message }
    var choices: [Choice]
  }

  public func reply(to text: String, history: [Turn]) async throws -> String {
    let turns = (history + [Turn(.user, text)]).map {
      Message(role: $0.speaker == .user ? "user" : "assistant", content: $0.text)
    }
    let question = Question(model: model, messages: [Message(role: "system", content: Self.instructions)] + turns)
    var request = HTTPClientRequest(url: endpoint)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    if let key { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
    request.body = .bytes(ByteBuffer(data: try JSONEncoder().encode(question)))
    do {
      let response = try await HTTPClient.shared.execute(request, timeout: Self.patience)
      let body = try await response.body.collect(upTo: Self.longestAnswer)
      guard response.status == .ok,
        let answer = try? JSONDecoder().decode(Answer.self, from: Data(body.readableBytesView)),
        let content = answer.choices.first?.message.content, !content.isEmpty
      else { throw AgentFailure("no-answer", "The language model answers with status \(response.status.code).") }
      return content
    } catch let failure as AgentFailure {
      throw failure
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      throw AgentFailure("no-answer", "The language model cannot be reached.")
    }
  }
}
