import Foundation

/// What ffprobe says about a file.
enum MediaFacts {
  static let isThere = (try? run("ffprobe", ["-version"])) != nil && (try? run("ffmpeg", ["-version"])) != nil

  static func run(_ tool: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    return String(decoding: data, as: UTF8.self)
  }

  /// `entries` of a stream ("v:0", "a:0"), name to value.
  static func stream(_ path: String, _ stream: String, _ entries: String) throws -> [String: String] {
    let text = try run(
      "ffprobe",
      [
        "-v", "error", "-select_streams", stream, "-count_packets", "-show_entries", "stream=\(entries)", "-of",
        "default=noprint_wrappers=1", path,
      ])
    var facts: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { facts[String(parts[0])] = String(parts[1]) }
    }
    return facts
  }

  static func seconds(_ path: String) throws -> Double {
    let text = try run("ffprobe", ["-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", path])
    return Double(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
  }

  static func folder() throws -> String {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("film-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url.path
  }
}
