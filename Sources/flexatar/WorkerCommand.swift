import ArgumentParser
import Service

struct WorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Works on the service's jobs: creates avatars, renders films.",
    discussion: """
      'flexatar serve' does so itself unless it was started with --no-worker; more workers may run beside it or on \
      other machines. Control-C stops it, gracefully. Configured by environment variables and .env: docs/service.md.
      """)

  func run() async throws {
    let settings = try ServiceSettings()
    let backend = try await settings.backend()
    let worker = try settings.worker(backend)
    Terminal.say("working")
    do {
      try await Server.run([worker])
    } catch {
      throw Failure("the worker stopped: \(error)")
    }
    await backend.close()
  }
}
