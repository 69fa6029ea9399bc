import Fuzzing
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

  @Test(.enabled(if: Support.hasModels, "needs cache/models (scripts/fetch-models.sh)"))
  func noMutationTraps() throws {
    let names = ["face_detection_short_range", "selfie_segmentation", "face_landmark_with_attention"]
    let models = try names.map { try #require(Support.model($0)) }
    let (rounds, taken) = Fuzz.run("tflite", atLeast: 300) { random in
      var bytes = models[random.below(models.count)]
      for _ in 0...random.below(4) { Self.damage(&bytes, &random) }
      guard let network = try? Network(tflite: bytes) else { return false }
      if random.below(5) == 0 { network.run() }
      return true
    }
    #expect(taken > 0 && taken < rounds)
  }

  /// A bit, a byte or an offset; the tables lie before and behind the weights.
  private static func damage(_ bytes: inout [UInt8], _ random: inout SeededRandom) {
    let near = random.below(50_000)
    let at = [near, bytes.count - 4 - near, random.below(bytes.count - 4)][random.below(3)]
    switch random.below(3) {
    case 0: bytes[at] ^= UInt8(1 << random.below(8))
    case 1: bytes[at] = UInt8(random.below(256))
    default:
      let values: [UInt32] = [0, 1, 4, 65535, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, UInt32(random.below(bytes.count))]
      let value = values[random.below(values.count)]
      for k in 0..<4 { bytes[at / 4 * 4 + k] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(k))) }
    }
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
