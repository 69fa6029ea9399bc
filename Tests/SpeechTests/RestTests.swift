import Foundation
import Speech
import Testing

/// The mouth must not move when nobody speaks, and nothing that a microphone delivers may break the tracker.
@Suite struct RestTests {
  private func moved(_ sound: [Float], rate: Double = 16_000) throws -> Int {
    try Signals.frames(sound, rate: rate).filter { $0.visemes.strongest != .sil || $0.loudness > 0.3 }.count
  }

  @Test func `Digital silence`() throws {
    let frames = try Signals.frames(Signals.silence(seconds: 5))
    #expect(frames.allSatisfy { $0.visemes.strongest == .sil && $0.loudness == 0 && $0.voicing == 0 })
    #expect(frames.dropFirst(20).allSatisfy { $0.visemes[.sil] > 0.9 })
  }

  @Test(arguments: [Float(0.0001), 0.001, 0.01, 0.1, 0.9]) func `Hiss of any loudness`(amplitude: Float) throws {
    #expect(try moved(Signals.noise(seconds: 5, amplitude: amplitude)) <= 20)
  }

  @Test(arguments: [50.0, 60, 1000]) func `Hum and tones`(hertz: Double) throws {
    // The first half second of a sound that was never heard before may be taken for a vowel.
    let frames = try Signals.frames(Signals.sine(hertz, rate: 16_000, seconds: 3, amplitude: 0.1))
    #expect(frames.allSatisfy { $0.time < 0.5 || ($0.visemes.strongest == .sil && $0.loudness < 0.3) })
  }

  @Test func `A constant voltage`() throws {
    #expect(try moved([Float](repeating: 0.5, count: 32_000)) <= 10)
  }

  @Test(arguments: [0, 1, 2, 159, 160, 161, 399, 400, 401]) func `Sounds of a few samples`(count: Int) throws {
    let frames = try Signals.frames([Float](repeating: 0.9, count: count))
    #expect(frames.count >= 25 && frames.count < 40)
    #expect(frames.last!.visemes.strongest == .sil)
  }

  @Test func `Numbers that are none, endless or huge`() throws {
    let tracker = try SpeechTracker(model: Signals.model)
    let voice = Signals.syllable(pitch: 120, seconds: 0.5)
    let clean = try Signals.frames(voice, with: tracker)
    for bad in [Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -1e30, .leastNonzeroMagnitude] {
      let frames = try Signals.frames([Float](repeating: bad, count: 4000) + voice, with: tracker)
      for frame in frames {
        #expect(frame.visemes.lanes.min() >= 0 && abs(frame.visemes.lanes.sum() - 1) < 1e-5)
        #expect(frame.loudness >= 0 && frame.loudness <= 1 && frame.pitch.isFinite)
      }
      // And the next stream is not spoilt.
      #expect(try Signals.frames(voice, with: tracker) == clean)
    }
  }

  @Test func `Holes in the sound do not spoil what comes after them`() throws {
    let voice = Signals.syllable(pitch: 120, seconds: 0.4)
    var sound = Signals.silence(seconds: 0.2) + voice + Signals.silence(seconds: 0.2)
    for index in 6000..<6400 { sound[index] = .nan }
    let frames = try Signals.frames(sound + sound)
    let second = frames.filter { $0.time > 1.1 && $0.time < 1.35 }
    #expect(second.filter { $0.visemes.strongest != .sil }.count * 10 >= second.count * 9)
  }

  @Test func `A clipped voice still opens the mouth`() throws {
    let voice = Signals.syllable(pitch: 120, seconds: 0.5, amplitude: 4)
    let sound = Signals.silence(seconds: 0.3) + voice.map { max(-1, min(1, $0)) } + Signals.silence(seconds: 0.3)
    let frames = try Signals.frames(sound)
    #expect(frames.filter { $0.time > 0.4 && $0.time < 0.7 && $0.visemes.strongest != .sil }.count > 20)
    #expect(frames.last!.visemes.strongest == .sil)
  }
}
