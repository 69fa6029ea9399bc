import Foundation
import Glibc

/// TMPDIR may name a folder that is not there yet, as in a container whose volume is older than that setting.
private let temporary = {
  let folder = NSTemporaryDirectory()
  try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  return folder
}()

/// A folder for one job's files, inside one for this process.
struct Scratch: Sendable {
  private static let parent = temporary + "flexatar-work"
  private static var own: String {
    parent + "/" + WorkerName.own.text.replacingOccurrences(of: " ", with: "_")
  }

  let folder: String

  init(_ job: String) throws {
    try PrivateFolder.make(Self.parent)
    folder = "\(Self.own)/\(job)-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  func path(_ name: String) -> String { folder + "/" + name }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// Takes away this process's folder.
  static func remove() { try? FileManager.default.removeItem(atPath: own) }

  /// Takes away what processes that were killed have left.
  static func sweep() {
    guard (try? PrivateFolder.make(parent)) != nil else { return }
    for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    where WorkerName.isDead(name.replacingOccurrences(of: "_", with: " ")) {
      try? FileManager.default.removeItem(atPath: parent + "/" + name)
    }
  }
}

/// A folder for the parts of a film, which outlives the worker that makes it.
package struct FilmParts: Sendable {
  private static let parent = temporary + "flexatar-films"
  private let folder: String

  package init(_ job: String) throws {
    try PrivateFolder.make(Self.parent)
    folder = Self.parent + "/" + job
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  package func path(_ name: String) -> String { folder + "/" + name }

  package func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// Whether a command that a dead worker has left makes the film of that name: it holds a lock beside it.
  func isBusy(film name: String) -> Bool {
    let lock = open(path(".\(name).part/lock"), O_RDWR | O_CLOEXEC)
    guard lock >= 0 else { return false }
    defer { close(lock) }
    return flock(lock, LOCK_EX | LOCK_NB) != 0
  }

  package enum Work<Answer: Sendable>: Sendable {
    case ended(Answer)
    /// Nothing in the folder has changed for the patience.
    case stuck
    /// There is more in the folder than may be.
    case tooLarge
  }

  /// Runs `body` as long as something in the folder changes; else, and beyond `limit` bytes, it's cancelled.
  package func whileGrowing<Answer: Sendable>(
    patience: Duration, limit: Int, _ body: @escaping @Sendable () async throws -> Answer
  ) async throws -> Work<Answer> {
    try await withThrowingTaskGroup(of: Work<Answer>.self) { group in
      group.addTask { .ended(try await body()) }
      group.addTask {
        // Looks are counted: a machine that has slept has not waited.
        let looks = 40
        var (seen, unchanged) = (contents, 0)
        while unchanged < looks {
          try await Task.sleep(for: patience / looks)
          let now = contents
          if now.bytes > limit { return .tooLarge }
          unchanged = now == seen ? unchanged + 1 : 0
          seen = now
        }
        return .stuck
      }
      defer { group.cancelAll() }
      return try await group.next()!
    }
  }

  private struct Contents: Equatable {
    var bytes = 0
    var newest = Date.distantPast
  }

  private var contents: Contents {
    let keys: [URLResourceKey] = [.fileSizeKey, .contentModificationDateKey]
    var contents = Contents()
    let files = FileManager.default.enumerator(at: URL(fileURLWithPath: folder), includingPropertiesForKeys: keys)
    while let file = files?.nextObject() as? URL {
      guard let values = try? file.resourceValues(forKeys: Set(keys)) else { continue }
      contents.bytes += values.fileSize ?? 0
      contents.newest = max(contents.newest, values.contentModificationDate ?? .distantPast)
    }
    return contents
  }

  /// Whose parts are there.
  static var jobs: [String] { (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] }

  static func remove(_ job: String) { try? FileManager.default.removeItem(atPath: parent + "/" + job) }
}
