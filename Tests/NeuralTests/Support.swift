import Foundation
import Linear
import Neural

/// What the tests need from outside: the fetched models, and a Python with the reference runtime.
enum Support {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func model(_ name: String) -> [UInt8]? {
    (try? Data(contentsOf: root.appendingPathComponent("cache/models/\(name).tflite"))).map { [UInt8]($0) }
  }

  static var hasModels: Bool { model("face_detection_short_range") != nil }

  /// `FLEXATAR_PYTHON`, the repository's own environment, or the system's.
  static let python: String = {
    if let given = ProcessInfo.processInfo.environment["FLEXATAR_PYTHON"] { return given }
    let own = root.appendingPathComponent(".venv/bin/python").path
    return FileManager.default.isExecutableFile(atPath: own) ? own : "/usr/bin/env python3"
  }()

  static let hasReference = hasModels && run("run_tflite.py", ["--check"])

  @discardableResult
  static func run(_ script: String, _ arguments: [String]) -> Bool {
    let process = Process()
    let words = python.split(separator: " ").map(String.init)
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments =
      words.dropFirst()
      + [root.appendingPathComponent("Tests/NeuralTests/reference/\(script)").path] + arguments
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }

  /// Input number `k`: noise for even numbers, a few smooth waves for odd ones, in `low`...`high`.
  static func input(_ k: Int, count: Int, side: Int, low: Float, high: Float) -> [Float] {
    var random = SeededRandom(seed: UInt64(k))
    if k % 2 == 0 { return (0..<count).map { _ in random.uniform(low, high) } }
    let waves = (0..<6).map { _ in
      (random.uniform(-0.2, 0.2), random.uniform(-0.2, 0.2), random.uniform(0, 6), Int(random.next() % 3))
    }
    return (0..<count).map { i in
      let (x, y, c) = (Float(i / 3 % side), Float(i / 3 / side), i % 3)
      var v: Float = 0.5
      for (fx, fy, phase, channel) in waves where channel == c { v += 0.25 * Elementary.sin(fx * x + fy * y + phase) }
      return low + (high - low) * max(0, min(1, v))
    }
  }

  static func run(_ network: Network, _ input: [Float]) -> [[Float]] {
    network.withInput { for k in input.indices { $0[k] = input[k] } }
    network.run()
    return network.outputShapes.indices.map { network.withOutput($0) { Array($0) } }
  }
}
