import ServiceLifecycle
import Sockets
import Synchronization
import Workshop

/// The parts that all conversations share.
public struct AgentParts: Sendable {
  var recogniser: (any Recogniser)?
  var replier: any Replier
  var voice: any Voice
  /// What the user is told at the beginning: what is missing here.
  var note: String?
  /// Recognition and voice are programs that take a core each.
  let turnstile = Turnstile(places: 2, queue: 8)

  /// - Parameters:
  ///   - recogniser: nil: typing only.
  ///   - note: told to every user.
  public init(recogniser: (any Recogniser)?, replier: any Replier, voice: any Voice, note: String? = nil) {
    (self.recogniser, self.replier, self.voice, self.note) = (recogniser, replier, voice, note)
  }

  /// What this machine has: PocketSphinx where it is installed, flite or espeak-ng.
  /// - Throws: `no-voice`.
  public static func local(replier: any Replier) throws(AgentFailure) -> AgentParts {
    let voice = try SystemVoice()
    do throws(AgentFailure) {
      return AgentParts(recogniser: try PocketSphinx(), replier: replier, voice: voice)
    } catch {
      return AgentParts(recogniser: nil, replier: replier, voice: voice, note: error.message)
    }
  }
}

/// A voice loop over WebSocket: microphone in, the agent's voice with its phones and words out (docs/agents.md). A
/// service: it stops with its group.
public struct AgentServer: Service {
  /// Conversations at a time, and of one address.
  private static let conversations = 16
  private static let conversationsOfOne = 4
  /// A conversation ends after so long, seconds.
  private static let longestSeconds = 900

  private let server: WebSocketServer

  /// - Parameters:
  ///   - site: the service's public address, whose pages may connect whatever the host; they come through a proxy.
  ///   - address: of whom a connection is, as conversations are counted.
  ///   - onStart: called with the port.
  public init(
    host: String, port: Int, site: String? = nil, parts: AgentParts, files: DataFiles,
    address: @escaping @Sendable (WebSocketConnection) -> String = { $0.address },
    onStart: @escaping @Sendable (Int) -> Void
  ) throws {
    let model = try files.bytes(.speech)
    let guests = Guests()
    let isPrivate = host == "127.0.0.1" || host == "localhost" || host == "::1"
    server = WebSocketServer(
      host: host, port: port,
      allows: { origin, host in Self.allows(origin: origin, host: host, isPrivate: isPrivate, site: site) },
      onStart: onStart
    ) { connection in
      let guest = address(connection)
      guard guests.enter(guest, all: Self.conversations, one: Self.conversationsOfOne) else {
        let failure = AgentFailure("busy", "The agent talks to too many people just now; try again in a moment.")
        try? await connection.send(.text(AgentAnswer.error(failure).text))
        await connection.close(.tryAgainLater, failure.code)
        return
      }
      await Self.talk(connection, parts, model)
      guests.leave(guest)
    }
  }

  public func run() async throws { try await server.run() }

  private static func talk(_ connection: WebSocketConnection, _ parts: AgentParts, _ model: [UInt8]) async {
    let conversation = Conversation(parts: parts, model: model) { try await connection.send($0) }
    await withTaskGroup(of: AgentFailure?.self) { group in
      group.addTask {
        do {
          try await connection.read {
            try await conversation.hear($0)
            return true
          }
          return nil
        } catch {
          return error as? AgentFailure
        }
      }
      group.addTask {
        try? await Task.sleep(for: .seconds(longestSeconds))
        return AgentFailure("talked-enough", "That was a quarter of an hour; connect again to go on.")
      }
      let failure = await group.next() ?? nil
      await conversation.end()
      if let failure {
        try? await connection.send(.text(AgentAnswer.error(failure).text))
        await connection.close(.policy, failure.code)
      }
      group.cancelAll()
    }
  }

  /// Pages of the same host, on whatever port; on this machine alone no name but its own, so that a page of another name
  /// that leads here does not get in. Pages of the public address, too. Programs send no origin.
  package static func allows(origin: String?, host: String?, isPrivate: Bool, site: String? = nil) -> Bool {
    guard let origin else { return true }
    if origin == site { return true }
    guard let scheme = origin.range(of: "://"), let host else { return false }
    let name = hostName(String(origin[scheme.upperBound...]))
    let own = ["localhost", "127.0.0.1", "[::1]"]
    return isPrivate ? own.contains(name) && own.contains(hostName(host)) : name == hostName(host)
  }

  private static func hostName(_ authority: String) -> String {
    if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") { return String(authority[...end]) }
    return String(authority.prefix { $0 != ":" }).lowercased()
  }
}

/// Who is here.
private final class Guests: Sendable {
  private let counts = Mutex<[String: Int]>([:])

  func enter(_ address: String, all: Int, one: Int) -> Bool {
    counts.withLock { counts in
      guard counts.values.reduce(0, +) < all, counts[address, default: 0] < one else { return false }
      counts[address, default: 0] += 1
      return true
    }
  }

  func leave(_ address: String) {
    counts.withLock { counts in
      counts[address, default: 0] -= 1
      if counts[address] == 0 { counts[address] = nil }
    }
  }
}
