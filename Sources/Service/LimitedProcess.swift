import Foundation
import Glibc

/// A program run with limits that hold even when this process dies: memory and processor time by the kernel, the time
/// on the clock by `timeout` (coreutils) above it.
package struct LimitedProcess: Sendable {
  package var seconds: Int
  /// Address space, bytes.
  package var memory: Int
  /// Of all threads together; nil: four times `seconds`.
  package var processorSeconds: Int?

  package init(seconds: Int, memory: Int, processorSeconds: Int? = nil) {
    (self.seconds, self.memory, self.processorSeconds) = (seconds, memory, processorSeconds)
  }

  package struct Outcome: Sendable {
    /// As a shell has it: 128 and more for signals; 124 and 137 when the time was up.
    package let code: Int32
    package let output: String
    package let errors: String

    package var isOutOfTime: Bool { code == 124 || code == 137 }
  }

  /// Runs `arguments` with the environment of this process; killed when the task is cancelled.
  /// - Parameter folder: where its output is kept meanwhile.
  package func run(_ arguments: [String], folder: String, environment: [String: String] = [:]) async throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
    process.arguments =
      [
        "--kill-after=2", String(seconds), "/usr/bin/prlimit", "--as=\(memory)",
        "--cpu=\(processorSeconds ?? 4 * seconds)", "--core=0",
        "--",
      ]
      + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    let (output, errors) = (folder + "/output", folder + "/errors")
    for path in [output, errors] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardError = FileHandle(forWritingAtPath: errors)
    let child = Child(process)
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        process.terminationHandler = { _ in continuation.resume() }
        do {
          try child.start()
        } catch {
          process.terminationHandler = nil
          continuation.resume()
        }
      }
    } onCancel: {
      child.kill()
    }
    try Task.checkCancellation()
    guard child.hasStarted else { throw CocoaError(.executableLoad) }
    func text(_ path: String) -> String {
      String(decoding: FileManager.default.contents(atPath: path)?.prefix(1 << 20) ?? Data(), as: UTF8.self)
    }
    let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    return Outcome(code: code, output: text(output), errors: text(errors))
  }

  /// Starting and killing, each at most once and in whatever order.
  private final class Child: @unchecked Sendable {
    private let process: Process
    private let lock = NSLock()
    private var isUnwanted = false
    private(set) var hasStarted = false

    init(_ process: Process) { self.process = process }

    func start() throws {
      try lock.withLock {
        guard !isUnwanted else { throw CancellationError() }
        try process.run()
        hasStarted = true
      }
    }

    func kill() {
      lock.withLock {
        isUnwanted = true
        // `timeout` leads a group of processes: it and what it runs.
        if hasStarted, process.isRunning { Glibc.kill(-process.processIdentifier, SIGKILL) }
      }
    }
  }
}
