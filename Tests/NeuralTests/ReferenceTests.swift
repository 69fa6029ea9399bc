import Foundation
import Neural
import Testing

/// The models whose operators the stock runtime knows, held against it.
@Suite(.enabled(if: Support.hasReference, "needs cache/models and a Python with ai-edge-litert or tflite-runtime"))
struct ReferenceTests {
  @Test(arguments: [("face_detection_short_range", 128, Float(-1)), ("face_landmark", 192, Float(0))])
  func outputsDifferFromTheStockRuntimeByLessThanAThousandth(name: String, side: Int, low: Float) throws {
    let network = try Network(tflite: try #require(Support.model(name)))
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let inputs = (0..<20).map { Support.input($0, count: side * side * 3, side: side, low: low, high: 1) }
    try inputs.flatMap { $0 }.withUnsafeBytes { try Data($0).write(to: folder.appendingPathComponent("in")) }
    let model = Support.root.appendingPathComponent("cache/models/\(name).tflite").path
    #expect(
      Support.run(
        "run_tflite.py",
        [model, folder.appendingPathComponent("in").path, folder.appendingPathComponent("out").path]))
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent("out")))
    let expected = bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    var at = 0
    var worst: Float = 0
    for input in inputs {
      for ours in Support.run(network, input) {
        let theirs = expected[at..<at + ours.count]
        at += ours.count
        let scale = theirs.map(abs).max() ?? 1
        for (a, b) in zip(ours, theirs) { worst = max(worst, abs(a - b) / scale) }
      }
    }
    #expect(at == expected.count)
    #expect(worst < 1e-3)
    print("\(name): largest relative difference \(worst)")
  }
}
