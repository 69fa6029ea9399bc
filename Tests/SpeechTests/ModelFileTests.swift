import Foundation
import Fuzzing
import Speech
import Testing

@Suite struct ModelFileTests {
  private func outcome(_ bytes: [UInt8]) -> SpeechError? {
    do {
      _ = try SpeechTracker(model: bytes)
      return nil
    } catch { return error }
  }

  @Test func `The repository's model is small enough and sound`() {
    #expect(Signals.model.count <= 300_000)
    #expect(outcome(Signals.model) == nil)
    #expect(Signals.model.sealed() == Signals.model)
  }

  @Test func `Other files are not models`() {
    #expect(outcome([]) == .notAModel)
    #expect(outcome([0x46, 0x58, 0x53]) == .notAModel)
    #expect(outcome([UInt8](repeating: 0, count: 1000)) == .notAModel)
    #expect(outcome(Array("RIFF....WAVEfmt ".utf8)) == .notAModel)
    #expect(outcome(Array(Signals.model[..<4])) == .damagedModel)
  }

  @Test func `Another version is said to be one`() {
    var bytes = Signals.model
    bytes[4] = 2
    #expect(outcome(bytes.sealed()) == .unsupportedVersion)
  }

  @Test func `A model cut short or grown is damaged`() {
    for count in [5, 15, 16, 17, 40, 200, 5000, Signals.model.count - 1] {
      let cut = Array(Signals.model[..<count])
      #expect(outcome(cut) == .damagedModel)
      if count > 40 { #expect(outcome(cut.sealed()) == .damagedModel) }
    }
    #expect(outcome(Signals.model + [0]) == .damagedModel)
    #expect(outcome((Signals.model + [0]).sealed()) == .damagedModel)
  }

  @Test func `One wrong bit is noticed`() {
    for place in stride(from: 8, to: Signals.model.count, by: 30_011) {
      var bytes = Signals.model
      bytes[place] ^= 0x10
      #expect(outcome(bytes) == .damagedModel)
    }
  }

  @Test func `Sizes and numbers that cannot be are refused before memory is asked for`() {
    for (place, value) in [
      (16, UInt8(41)), (20, 0), (20, 17), (24, 0), (26, 255), (27, 255), (28, 0), (31, 127), (32, 16), (36, 11),
    ] {
      var bytes = Signals.model
      bytes[place] = value
      let error = outcome(bytes.sealed())
      #expect(error == .unusableModel || error == .damagedModel)
    }
    for bits in [Float.nan.bitPattern, Float.infinity.bitPattern, Float(1e20).bitPattern] {
      var bytes = Signals.model
      for index in 0..<4 { bytes[40 + index] = UInt8(truncatingIfNeeded: bits >> UInt32(8 * index)) }
      #expect(outcome(bytes.sealed()) == .unusableModel)
    }
  }

  @Test func `Whatever the file, it is refused or its frames stay finite`() throws {
    let voice = Signals.syllable(pitch: 120, seconds: 0.2)
    let (_, taken) = try Fuzz.run("speech", atLeast: 30) { random in
      var bytes = Signals.model
      if random.below(2) == 0 {
        for _ in 0..<200 { bytes[40 + random.below(bytes.count - 40)] = UInt8(random.below(256)) }
      } else {
        for _ in 0...random.below(4) { bytes.mutate(&random) }
      }
      guard let tracker = try? SpeechTracker(model: bytes.sealed()) else { return false }
      for frame in try Signals.frames(voice, with: tracker) {
        try #require(frame.visemes.lanes.min() >= 0 && abs(frame.visemes.lanes.sum() - 1) < 1e-4)
      }
      return true
    }
    #expect(taken > 0)
  }
}
