import Linear
import Neural
import Testing

/// Results that were held against the reference once and must not change by a bit since.
@Suite(.enabled(if: Support.hasModels, "needs cache/models (scripts/fetch-models.sh)"))
struct GoldenTests {
  @Test(arguments: [
    ("face_detection_short_range", 128, Float(-1), [UInt32(1_771_486_243), 1_685_214_773]),
    (
      "face_landmark_with_attention", 192, 0,
      [2_021_289_692, 1_498_029_484, 28_311_908, 3_633_421_570, 1_542_793_517, 4_196_134_080, 1_321_274_606]
    ),
    ("selfie_segmentation", 256, 0, [15_552_379]),
  ])
  func outputsOfAFixedInputKeepTheirBits(name: String, side: Int, low: Float, expected: [UInt32]) throws {
    let network = try Network(tflite: try #require(Support.model(name)))
    let outputs = Support.run(network, Support.input(1, count: side * side * 3, side: side, low: low, high: 1))
    #expect(outputs.map(checksum) == expected)
  }

  @Test func aSecondRunGivesTheSameBits() throws {
    let network = try Network(tflite: try #require(Support.model("face_detection_short_range")))
    let input = Support.input(3, count: 128 * 128 * 3, side: 128, low: -1, high: 1)
    let first = Support.run(network, input)
    _ = Support.run(network, Support.input(2, count: 128 * 128 * 3, side: 128, low: -1, high: 1))
    #expect(Support.run(network, input).map(checksum) == first.map(checksum))
  }

  /// FNV-1a over the bits.
  private func checksum(_ values: [Float]) -> UInt32 {
    values.reduce(2_166_136_261) { sum, value in
      [0, 8, 16, 24].reduce(sum) { ($0 ^ (value.bitPattern >> UInt32($1) & 0xFF)) &* 16_777_619 }
    }
  }
}
