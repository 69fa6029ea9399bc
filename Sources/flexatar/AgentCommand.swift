import ArgumentParser
import Backend
import Foundation
import Service
import VoiceAgent
import Workshop

struct AgentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agent",
    abstract: "Talks: a voice loop over WebSocket that needs no account and no network.",
    discussion: """
      'flexatar serve --agent 8083' does so beside the demo, whose page /agent talks to it. Answers come from a few rules, \
      or from the language model that FLEXATAR_AGENT_URL names: docs/agents.md. Control-C stops it.
      """)

  @Option(help: "The port; 0 takes any free one.")
  var port = 8083

  @Option(help: "The address to listen on; pages of its own name may connect.")
  var host = "127.0.0.1"

  func validate() throws {
    guard 0...65535 ~= port else { throw ValidationError("--port is a number from 0 to 65535.") }
  }

  func run() async throws {
    let server = try Self.server(host: host, port: port, settings: try ServiceSettings()) {
      [host] port in Terminal.say("ws://\(Server.name(of: host)):\(port)/")
    }
    do {
      try await Server.run([server])
    } catch {
      throw Failure("cannot listen on \(host) port \(port): \(error)")
    }
  }

  /// The agent as the environment describes it.
  /// - Throws: `Failure`.
  static func server(
    host: String, port: Int, settings: ServiceSettings, onStart: @escaping @Sendable (Int) -> Void
  ) throws -> AgentServer {
    let environment = settings.environment
    let replier: any Replier
    if let base = environment["FLEXATAR_AGENT_URL"], !base.isEmpty {
      guard base.hasPrefix("http://") || base.hasPrefix("https://") else {
        throw Failure("FLEXATAR_AGENT_URL is an address such as http://localhost:11434/v1")
      }
      guard let model = environment["FLEXATAR_AGENT_MODEL"], !model.isEmpty else {
        throw Failure("FLEXATAR_AGENT_URL needs FLEXATAR_AGENT_MODEL, the language model's name")
      }
      replier = ChatReplier(base: base, model: model, key: environment["FLEXATAR_AGENT_KEY"])
    } else {
      replier = RuleReplier()
    }
    do {
      return try AgentServer(
        host: host, port: port, site: settings.configuration.publicURL, parts: try .local(replier: replier),
        files: try DataFiles.find(),
        address: { [proxies = settings.configuration.proxies] connection in
          NetworkAddress.client(connection.address, forwarded: connection.forwardedFor, behind: proxies)?.text ?? ""
        }, onStart: onStart)
    } catch let failure as AgentFailure {
      throw Failure(failure.message)
    } catch let error as SetUpError {
      throw Failure(error.message)
    }
  }
}
