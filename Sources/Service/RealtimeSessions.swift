import AsyncHTTPClient
import Foundation
import NIOCore

/// Short-lived secrets of OpenAI's Realtime API, minted with the operator's key, which stays here.
///
/// Source: OpenAI's API reference, "Create client secret" (`POST /v1/realtime/client_secrets`).
public struct RealtimeSessions: Sendable {
  /// What a page connects with.
  struct Secret: Encodable, Sendable {
    let secret: String
    /// Seconds since 1970.
    let expiresAt: Int
    /// Where the page sends its offer.
    let calls: String
    let model: String

    enum CodingKeys: String, CodingKey {
      case secret, calls, model
      case expiresAt = "expires_at"
    }
  }

  private static let patience = TimeAmount.seconds(10)
  /// A secret opens a connection within so many seconds; the connection may last longer.
  private static let lifeSeconds = 600

  /// What the operator says of the agent; pages cannot.
  public struct Agent: Sendable {
    public var model = "gpt-realtime"
    /// Who the agent is and what it is for; nil: the model's own.
    public var instructions: String?
    /// The voice's name; nil: the model's own.
    public var voice: String?
    /// What writes down the user's words; nil: nothing does.
    public var transcriptionModel: String? = "gpt-4o-mini-transcribe"
    /// ISO 639-1 code of what the user speaks, which helps the transcription; nil: it is guessed.
    public var language: String?

    public init() {}
  }

  private let key: String
  private let base: String
  private let agent: Agent

  /// Where pages send their offers: scheme, host and port, as a page's policy names them.
  var origin: String { base.split(separator: "/").prefix(2).joined(separator: "//") }

  /// - Parameters:
  ///   - key: `OPENAI_API_KEY`.
  ///   - base: `OPENAI_BASE_URL`.
  public init(key: String, base: String, agent: Agent) {
    self.key = key
    self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
    self.agent = agent
  }

  private struct Wish: Encodable {
    struct Expiry: Encodable {
      var anchor = "created_at"
      var seconds = RealtimeSessions.lifeSeconds
    }
    struct Transcription: Encodable {
      var model: String
      var language: String?
    }
    struct Input: Encodable { var transcription: Transcription }
    struct Output: Encodable { var voice: String }
    struct Audio: Encodable {
      var input: Input?
      var output: Output?
    }
    struct Session: Encodable {
      var type = "realtime"
      var model: String
      var instructions: String?
      var audio: Audio?

      init(_ agent: Agent) {
        model = agent.model
        instructions = agent.instructions
        let transcription = agent.transcriptionModel.map { Transcription(model: $0, language: agent.language) }
        audio = Audio(
          input: transcription.map { Input(transcription: $0) }, output: agent.voice.map { Output(voice: $0) })
        if audio?.input == nil && audio?.output == nil { audio = nil }
      }
    }
    var expiresAfter = Expiry()
    var session: Session

    enum CodingKeys: String, CodingKey {
      case session
      case expiresAfter = "expires_after"
    }
  }

  private struct Minted: Decodable {
    let value: String
    let expiresAt: Int

    enum CodingKeys: String, CodingKey {
      case value
      case expiresAt = "expires_at"
    }
  }

  /// - Throws: `Problem` 502, which gives nothing of the other side's answer away.
  func mint() async throws -> Secret {
    var request = HTTPClientRequest(url: base + "/realtime/client_secrets")
    request.method = .POST
    request.headers.add(name: "Authorization", value: "Bearer \(key)")
    request.headers.add(name: "Content-Type", value: "application/json")
    request.body = .bytes(ByteBuffer(string: JSONText.encode(Wish(session: .init(agent)))))
    do {
      let response = try await HTTPClient.shared.execute(request, timeout: Self.patience)
      let body = try await response.body.collect(upTo: 65_536)
      guard response.status == .ok,
        let minted = try? JSONDecoder().decode(Minted.self, from: Data(body.readableBytesView))
      else { throw Problem(.badGateway, "agent_refused", "The voice agent's service refuses a session.") }
      return Secret(
        secret: minted.value, expiresAt: minted.expiresAt, calls: base + "/realtime/calls", model: agent.model)
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem(.badGateway, "agent_unreachable", "The voice agent's service cannot be reached.", retryAfter: 5)
    }
  }
}
