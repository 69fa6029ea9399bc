import Foundation

/// A folder for one job's files, inside one for this process.
struct Scratch: Sendable {
  private static let parent = NSTemporaryDirectory() + "flexatar-work"
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
struct FilmParts: Sendable {
  private static let parent = NSTemporaryDirectory() + "flexatar-films"
  private let folder: String

  init(_ job: String) throws {
    try PrivateFolder.make(Self.parent)
    folder = Self.parent + "/" + job
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  func path(_ name: String) -> String { folder + "/" + name }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  /// Whose parts are there.
  static var jobs: [String] { (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] }

  static func remove(_ job: String) { try? FileManager.default.removeItem(atPath: parent + "/" + job) }
}
