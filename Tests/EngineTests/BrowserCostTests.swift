import Foundation
import Testing

@Suite("What a frame costs in WebAssembly")
struct BrowserCostTests {
  struct Cost: Decodable {
    var frames: Int
    var frameMedianMs: Double
    var allocations: Int
    var allocationsBefore: Int
    var growths: Int
  }

  struct Budget: Decodable {
    var frameMilliseconds: Double
    var mixedFrameMilliseconds: Double
  }

  /// Feeding, posing, moving and drawing 300 frames, the graphics driver apart; of one face and of two that are mixed.
  @Test(
    .enabled(if: Browser.isReady, "needs node and dist/files (scripts/build-wasm.sh)"),
    arguments: ["", "morph", "hybrid"])
  func aFrameAllocatesNothingAndStaysWithinItsTime(mix: String) throws {
    let budget = try JSONDecoder().decode(
      Budget.self, from: Data(contentsOf: Browser.root.appendingPathComponent("Benchmarks/budget.json")))
    let cost = try Browser.withFolder { folder in
      let sound = folder.appendingPathComponent("sound.f32")
      try BrowserParityTests.write(BrowserParityTests.sound, to: sound)
      return try JSONDecoder().decode(
        Cost.self,
        from: Browser.run(["Tests/Web/run-engine.mjs", "dist/files", sound.path] + (mix.isEmpty ? [] : [mix])))
    }
    print(
      "WebAssembly \(mix): \(cost.frameMedianMs) ms a frame, \(cost.allocations) allocations in \(cost.frames) frames")
    #expect(cost.frames == 300)
    #expect(cost.allocations == 0 && cost.growths == 0)
    // The counter counts: opening engine and stage allocates.
    #expect(cost.allocationsBefore > 100)
    // Other tests run beside it.
    let room = ProcessInfo.processInfo.environment["FLEXATAR_STRICT"] == "1" ? 1.0 : 4
    #expect(cost.frameMedianMs <= room * (mix.isEmpty ? budget.frameMilliseconds : budget.mixedFrameMilliseconds))
  }
}
