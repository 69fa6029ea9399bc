import Linear
import Neural
import Testing

/// Damaged models are refused with a reason or computed to something: they never trap.
struct HostileModelTests {
  @Test func bytesThatAreNoModelAreRefused() {
    for bytes in [[], [0], [UInt8](repeating: 0, count: 64), [UInt8](repeating: 0xFF, count: 64), Array("TFL3".utf8)] {
      #expect(throws: NeuralError.self) { try Network(tflite: bytes) }
    }
    let wrong: [UInt8] = [16, 0, 0, 0] + Array("TFL2".utf8) + [UInt8](repeating: 0, count: 64)
    #expect(throws: NeuralError.notTFLite) { try Network(tflite: wrong) }
  }

  @Test(.enabled(if: Support.hasModels, "needs cache/models (scripts/fetch-models.sh)"))
  func aModelCutAnywhereIsRefused() throws {
    let whole = try #require(Support.model("face_detection_short_range"))
    for length in Array(stride(from: 0, to: 4096, by: 61)) + Array(stride(from: 4096, to: whole.count, by: 4999)) {
      #expect(throws: NeuralError.self) { try Network(tflite: Array(whole.prefix(length))) }
    }
  }

  @Test(
    .enabled(if: Support.hasModels, "needs cache/models (scripts/fetch-models.sh)"),
    arguments: [
      ("face_detection_short_range", 500), ("selfie_segmentation", 300), ("face_landmark_with_attention", 120),
    ])
  func flippedBitsNeverTrap(name: String, rounds: Int) throws {
    let whole = try #require(Support.model(name))
    var random = SeededRandom(seed: 7)
    var refused = 0
    for round in 0..<rounds {
      var bytes = whole
      for _ in 0...round % 4 {
        // The tables lie before and behind the weights.
        let near = Int(random.next()) % 50_000
        let at = [near, bytes.count - 1 - near, Int(random.next()) % bytes.count][round % 3]
        bytes[at] ^= UInt8(1 << (random.next() & 7))
      }
      if let network = try? Network(tflite: bytes) {
        if round % 5 == 0 { network.run() }
      } else {
        refused += 1
      }
    }
    #expect(refused > 0)
  }

  @Test(.enabled(if: Support.hasModels, "needs cache/models (scripts/fetch-models.sh)"))
  func inputsThatAreNoNumbersDoNotTrap() throws {
    let network = try Network(tflite: try #require(Support.model("face_landmark_with_attention")))
    for value in [Float.nan, .infinity, -.greatestFiniteMagnitude] {
      network.withInput { $0.update(repeating: value) }
      network.run()
    }
  }

  @Test func everyErrorHasASentence() {
    let all: [NeuralError] = [
      .truncated, .notTFLite, .tooLarge, .badTensor, .unsupportedOperator(code: 1), .badOperator(index: 0),
      .wrongOrder(index: 0),
    ]
    for error in all { #expect(error.message.hasSuffix(".")) }
  }
}
