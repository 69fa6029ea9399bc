import Foundation

/// The browser's engine (dist/files, made by scripts/build-wasm.sh), run by node without a canvas.
enum Browser {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func has(_ files: [String]) -> Bool {
    files.allSatisfy { FileManager.default.isReadableFile(atPath: file($0).path) } && (try? run(["--version"])) != nil
  }

  static let isReady = has(["engine.wasm", "rig.bin", "speech.bin", "default.ftar"])
  static let canCreate =
    isReady
    && has([
      "rig-fit.bin", "models/face_detection_short_range.tflite", "models/face_landmark_with_attention.tflite",
      "models/selfie_segmentation.tflite",
    ]) && FileManager.default.isReadableFile(atPath: root.appendingPathComponent("cache/portrait.png").path)

  static func file(_ name: String) -> URL { root.appendingPathComponent("dist/files/\(name)") }

  static func bytes(_ name: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: file(name))) }

  struct Failed: Error {
    var status: Int32
  }

  /// What node, as the PATH has it, prints in the repository's root.
  @discardableResult
  static func run(_ arguments: [String]) throws -> Data {
    let node = Process()
    node.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    node.currentDirectoryURL = root
    node.arguments = ["node"] + arguments
    let output = Pipe()
    node.standardOutput = output
    try node.run()
    let printed = output.fileHandleForReading.readDataToEndOfFile()
    node.waitUntilExit()
    guard node.terminationStatus == 0 else { throw Failed(status: node.terminationStatus) }
    return printed
  }

  /// A folder for the time of `body`.
  static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("browser-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}
