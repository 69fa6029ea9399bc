import Foundation

/// Programs that judge the files.
enum Tools {
  static let areThere = (try? run(["ffmpeg", "-version"])) != nil && (try? run(["ffprobe", "-version"])) != nil
  static let hasGStreamer = (try? run(["gst-discoverer-1.0", "--version"])) != nil

  struct Failure: Error { let text: String }

  /// What a program prints on both of its outputs; throws where it fails.
  @discardableResult
  static func run(_ command: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(text: text) }
    return text
  }

  /// Checksums of what is decoded, a line each stream; any message of the decoder is in it, too.
  static func decoded(_ path: String, decoder: [String] = []) throws -> [String] {
    try run(["ffmpeg", "-v", "warning"] + decoder + ["-i", path, "-f", "streamhash", "-"])
      .split(separator: "\n").map(String.init)
  }

  /// What ffprobe says of a file's `entries`, without names.
  static func probe(_ path: String, _ entries: String) throws -> String {
    try run(["ffprobe", "-v", "warning", "-show_entries", entries, "-of", "csv=p=0", path])
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
