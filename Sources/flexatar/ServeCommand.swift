import ArgumentParser
import Glibc
import Service
import ServiceLifecycle

struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Serves the demo page and the API.",
    discussion: """
      The page is at /main, the SDK under /sdk, the engine's files under /files, the API as /openapi.json says. \
      Control-C stops it, gracefully. Configured by environment variables and .env: docs/service.md.
      """)

  @Option(help: "The port; 0 takes any free one.")
  var port = 8081

  @Option(help: "The address to listen on; 0.0.0.0 is every one of this machine.")
  var host = "127.0.0.1"

  @Flag(name: .customLong("no-worker"), help: "Leave the jobs to 'flexatar worker'.")
  var noWorker = false

  @Flag(name: .customLong("api-only"), help: "Serve the API, its description and the console, not the demo page.")
  var apiOnly = false

  @Option(
    help: "Also serve the quickstart page on this port, by the account whose secret is in FLEXATAR_API_SECRET.")
  var quickstart: Int?

  @Option(help: "Also run the local voice agent on this port, for the page /agent: see 'flexatar agent'.")
  var agent: Int?

  func validate() throws {
    if let agent {
      guard 0...65535 ~= agent else { throw ValidationError("--agent is a number from 0 to 65535.") }
      guard !apiOnly else { throw ValidationError("--agent goes with the demo page.") }
    }
    if let quickstart {
      guard 0...65535 ~= quickstart else { throw ValidationError("--quickstart is a number from 0 to 65535.") }
      guard !apiOnly else { throw ValidationError("--quickstart goes with the demo page.") }
    }
    guard 0...65535 ~= port else { throw ValidationError("--port is a number from 0 to 65535.") }
  }

  func run() async throws {
    let settings = try ServiceSettings()
    let root = settings.root
    for file in ["engine.wasm", "default.ftar"] where !apiOnly && access(root + "/dist/files/" + file, R_OK) != 0 {
      throw Failure("\(root)/dist/files/\(file) is missing; run ./run.sh, which makes it")
    }
    let name = Server.name(of: host)
    let address = Announced<String>()
    let backend = try await settings.backend()
    let agentPort = Announced<Int>()
    let server = Server(
      root: root, hasDemo: !apiOnly, demoSecret: settings.apiSecret, address: address, agent: agentPort,
      backend: backend,
      store: try settings.store(backend), configuration: settings.configuration)
    var others: [any ServiceLifecycle.Service] = noWorker ? [] : [try settings.worker(backend)]
    if let quickstart {
      guard let secret = settings.apiSecret else {
        throw Failure("--quickstart needs FLEXATAR_API_SECRET: flexatar account create NAME prints one")
      }
      others.append(
        Server.quickstart(
          root: root, host: host, port: quickstart, api: address, secret: secret,
          configuration: settings.configuration
        ) { port in Terminal.say("http://\(name):\(port)/") })
    }
    if let agent {
      // Without a voice on this machine the page says what is missing; everything else works.
      do {
        others.append(
          try AgentCommand.server(host: host, port: agent, settings: settings) { agentPort.value = $0 })
      } catch let failure as Failure {
        Terminal.say("warning: \(failure.sentence)")
      }
    }
    do {
      try await server.run(host: host, port: port, beside: others) { port in
        Terminal.say("http://\(name):\(port)/\(apiOnly ? "docs" : "main")")
      }
    } catch {
      let ports = [port, quickstart, agent].compactMap { $0 }.map(String.init).joined(separator: " or ")
      throw Failure("cannot listen on \(host) port \(ports): \(error)")
    }
  }
}
