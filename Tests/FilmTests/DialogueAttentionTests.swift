import Engine
import Film
import Head
import Linear
import Performance
import Testing
import Workshop

@Suite("Who listens in a dialogue")
struct DialogueAttentionTests {
  private static let degrees = 180 / Float.pi

  /// Everybody's turn of the head after `seconds` in which `speaker` speaks, degrees, and the largest step between pictures.
  private func turned(
    people: Int, speaker: Int, width: Int = 1280, height: Int = 720, isMirrored: Bool = false, seconds: Double = 3,
    prepare: ([Engine]) -> Void = { _ in }
  ) throws -> (yaws: [Float], step: Float, gazes: [Float]) {
    let files = try DataFiles.find()
    let engines = try (0..<people).map { try Engine(files, seed: UInt64($0)) }
    prepare(engines)
    let turns: [[ClosedRange<Double>]] = (0..<people).map { $0 == speaker ? [0...seconds + 1] : [] }
    let attention = DialogueAttention(engines, turns: turns, width: width, height: height, isMirrored: isMirrored)
    var before = engines.map { _ in Float(0) }
    var step: Float = 0
    for picture in 1...Int(25 * seconds) {
      attention.direct(at: Double(picture) / 25)
      let now = engines.map(\.override.yaw)
      for (a, b) in zip(before, now) { step = max(step, abs(b - a)) }
      before = now
    }
    return (before.map { $0 * Self.degrees }, step * Self.degrees, engines.map { $0.override.gaze.x * Self.degrees })
  }

  @Test("turns 8 degrees to who speaks, in no haste; who speaks turns by a quarter")
  func angle() throws {
    let (yaws, step, gazes) = try turned(people: 2, speaker: 0)
    #expect(abs(yaws[1] + 8) < 0.2 && abs(yaws[0] - 2) < 0.1)
    #expect(step < 1.2)
    #expect(abs(gazes[1] + 6) < 0.2)
  }

  @Test("looks where that person is: beside, above, or in a mirror")
  func sides() throws {
    // In one long row the third is to the second's right; in two rows of two it is below the first.
    #expect(try turned(people: 4, speaker: 2, width: 1920, height: 480).yaws[1] > 7)
    #expect(try turned(people: 4, speaker: 2, width: 1280, height: 720).yaws[1] < -7)
    #expect(try turned(people: 2, speaker: 0, width: 720, height: 1280).yaws == [0, 0])
    #expect(try turned(people: 2, speaker: 0, isMirrored: true).yaws[1] > 7)
  }

  @Test("keeps still with the head where it is to be silent, and looks")
  func silent() throws {
    let (yaws, _, gazes) = try turned(people: 2, speaker: 0) { for engine in $0 { engine.headMotion = .silent } }
    #expect(yaws == [0, 0] && gazes[1] < -5)
  }
}
