import Foundation
import Service

/// A program of another package that a part of the agent runs, with limits of time and memory.
struct Program: Sendable {
  /// Seconds on the clock.
  private static let seconds = 20
  /// Address space, bytes.
  private static let memory = 1 << 30

  let path: String

  /// Looks for `name` in `PATH`; nil where it is not installed.
  init?(_ name: String) {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    guard let path = folders.map({ "\($0)/\(name)" }).first(where: FileManager.default.isExecutableFile) else {
      return nil
    }
    self.path = path
  }

  /// Runs it in a folder of its own, which is gone afterwards.
  /// - Parameter work: gets the folder and a way to run the program with arguments, which gives what it prints.
  static func inFolder<Result>(_ work: (String) async throws -> Result) async throws -> Result {
    let folder = NSTemporaryDirectory() + "flexatar-agent-" + UUID().uuidString
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await work(folder)
  }

  func run(_ arguments: [String], folder: String) async throws -> String {
    let outcome = try await LimitedProcess(seconds: Self.seconds, memory: Self.memory).run(
      [path] + arguments, folder: folder)
    guard outcome.code == 0 else {
      let name = (path as NSString).lastPathComponent
      throw AgentFailure("engine-failed", "\(name) failed\(outcome.isOutOfTime ? ": it took too long" : "").")
    }
    return outcome.output
  }
}
