import Face
import Foundation
import Linear
import Photo
import Pixels

/// What the tests need from outside: fetched models and portrait, labelled photos, MediaPipe, node.
enum Support {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func bytes(_ path: String) -> [UInt8]? {
    (try? Data(contentsOf: root.appendingPathComponent(path))).map { [UInt8]($0) }
  }

  static func model(_ name: String) -> [UInt8]? { bytes("cache/models/\(name).tflite") }

  static let hasModels = finder() != nil && bytes("cache/portrait.png") != nil

  static func finder() -> FaceFinder? {
    guard let detector = model("face_detection_short_range"), let landmarks = model("face_landmark_with_attention"),
      let matte = model("selfie_segmentation")
    else { return nil }
    return try? FaceFinder(detector: detector, landmarks: landmarks, matte: matte)
  }

  static func portrait() throws -> PixelBuffer {
    try Photo.decode(path: root.appendingPathComponent("cache/portrait.png").path)
  }

  /// Labelled photos of the shared folder (`FLEXATAR_SHARED`, default beside the repository).
  static let photos: URL = {
    let shared = ProcessInfo.processInfo.environment["FLEXATAR_SHARED"].map { URL(fileURLWithPath: $0) }
    return (shared ?? root.deletingLastPathComponent().appendingPathComponent("shared"))
      .appendingPathComponent("data/photos")
  }()

  struct Label {
    var file: String
    var isAccepted: Bool
    var reasons: [String]
  }

  static let labels: [Label] = {
    guard let text = try? String(contentsOf: photos.appendingPathComponent("labels.tsv"), encoding: .utf8) else {
      return []
    }
    return text.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard cells.count > 1, cells[1] == "accept" || cells[1] == "reject" else { return nil }
      return Label(
        file: cells[0], isAccepted: cells[1] == "accept",
        reasons: cells.count > 2 ? cells[2].split(separator: "|").map(String.init) : [])
    }
  }()

  static let hasPhotos = hasModels && !labels.isEmpty

  static let python: [String] = {
    if let given = ProcessInfo.processInfo.environment["FLEXATAR_PYTHON"] { return [given] }
    let own = root.appendingPathComponent(".venv/bin/python").path
    return FileManager.default.isExecutableFile(atPath: own) ? [own] : ["/usr/bin/env", "python3"]
  }()

  static let hasReference = hasPhotos && python(["--check"])

  static func python(_ arguments: [String]) -> Bool {
    run(python + [root.appendingPathComponent("Tests/FaceTests/reference/run_mediapipe.py").path] + arguments) != nil
  }

  static let hasWasm = hasModels && bytes("cache/vision.wasm") != nil && run(["/usr/bin/env", "node", "-v"]) != nil

  /// What a program prints; nil if it fails.
  static func run(_ words: [String]) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let text = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: text, as: UTF8.self) : nil
  }

  static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}
