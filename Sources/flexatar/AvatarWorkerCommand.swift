import ArgumentParser
import Foundation
import LiveFace
import Service
import Workshop

struct AvatarWorkerCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "avatar-worker",
    abstract: "Gives voice agents without a browser a face: PCM in, pictures and PCM out, over WebSocket.",
    discussion: """
      flexatar avatar-worker --port 8090
      The messages: docs/agents.md. Control-C stops it.
      """)

  @Option(help: "The port; 0 takes any free one.")
  var port = 8090

  @Option(help: "The address to listen on. There are no accounts here: keep it within your own network.")
  var host = "127.0.0.1"

  @Option(help: "Faces at a time. [default: one for each core]")
  var sessions: Int?

  @Option(help: "A folder of avatars, NAME.ftar, beside the default one.", completion: .directory)
  var avatars: String?

  func validate() throws {
    guard 0...65535 ~= port else { throw ValidationError("--port is a number from 0 to 65535.") }
    if let sessions {
      guard 1...1024 ~= sessions else { throw ValidationError("--sessions is a number from 1 to 1024.") }
    }
  }

  func run() async throws {
    let files: DataFiles
    do { files = try DataFiles.find() } catch { throw Failure(error.message) }
    let worker = AvatarWorker(
      host: host, port: port, sessions: sessions ?? ProcessInfo.processInfo.activeProcessorCount, avatars: avatars,
      files: files
    ) { [host] port in Terminal.say("ws://\(Server.name(of: host)):\(port)/") }
    do {
      try await Server.run([worker])
    } catch {
      throw Failure("cannot listen on \(host) port \(port): \(error)")
    }
  }
}
