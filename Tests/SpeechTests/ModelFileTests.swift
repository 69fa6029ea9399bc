import Foundation
import Speech
import Testing

@Suite struct ModelFileTests {
  private func outcome(_ bytes: [UInt8]) -> SpeechError? {
    do {
      _ = try SpeechTracker(model: bytes)
      return nil
    } catch { return error }
  }

  /// The bytes with the checksum that they ought to have, so that what lies behind it is tried.
  private func sealed(_ bytes: [UInt8]) -> [UInt8] {
    var remainder: UInt32 = ~0
    for byte in bytes[16...] {
      remainder ^= UInt32(byte)
      for _ in 0..<8 { remainder = remainder & 1 == 1 ? remainder >> 1 ^ 0xEDB8_8320 : remainder >> 1 }
    }
    var sealed = bytes
    for index in 0..<4 {
      sealed[4 + 4 + index] = UInt8(truncatingIfNeeded: UInt32(bytes.count) >> UInt32(8 * index))
      sealed[12 + index] = UInt8(truncatingIfNeeded: ~remainder >> UInt32(8 * index))
    }
    return sealed
  }

  @Test func `The repository's model is small enough and sound`() {
    #expect(Signals.model.count <= 300_000)
    #expect(outcome(Signals.model) == nil)
    #expect(sealed(Signals.model) == Signals.model)
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
    #expect(outcome(sealed(bytes)) == .unsupportedVersion)
  }

  @Test func `A model cut short or grown is damaged`() {
    for count in [5, 15, 16, 17, 40, 200, 5000, Signals.model.count - 1] {
      let cut = Array(Signals.model[..<count])
      #expect(outcome(cut) == .damagedModel)
      if count > 40 { #expect(outcome(sealed(cut)) == .damagedModel) }
    }
    #expect(outcome(Signals.model + [0]) == .damagedModel)
    #expect(outcome(sealed(Signals.model + [0])) == .damagedModel)
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
      let error = outcome(sealed(bytes))
      #expect(error == .unusableModel || error == .damagedModel)
    }
    for bits in [Float.nan.bitPattern, Float.infinity.bitPattern, Float(1e20).bitPattern] {
      var bytes = Signals.model
      for index in 0..<4 { bytes[40 + index] = UInt8(truncatingIfNeeded: bits >> UInt32(8 * index)) }
      #expect(outcome(sealed(bytes)) == .unusableModel)
    }
  }

  @Test func `Whatever the weights, the frames stay finite`() throws {
    var random = SystemRandomNumberGenerator()
    let voice = Signals.syllable(pitch: 120, seconds: 0.2)
    for _ in 0..<30 {
      var bytes = Signals.model
      for _ in 0..<200 {
        bytes[Int.random(in: 40..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
      }
      guard let tracker = try? SpeechTracker(model: sealed(bytes)) else { continue }
      for frame in try Signals.frames(voice, with: tracker) {
        #expect(frame.visemes.lanes.min() >= 0 && abs(frame.visemes.lanes.sum() - 1) < 1e-4)
      }
    }
  }
}
