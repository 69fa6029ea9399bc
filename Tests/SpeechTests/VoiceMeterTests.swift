import Foundation
import Speech
import Testing

@Suite struct VoiceMeterTests {
  /// The pitch falls by this share within a syllable: one that stood still would be an instrument's.
  private static let glide = 0.1

  /// The middle of the third of three syllables, which lasts from 1.9 to 2.4 s.
  private func spoken(pitch: Double, amplitude: Double = 0.3) throws -> [SpeechFrame] {
    let voice = Signals.syllable(pitch: pitch, seconds: 0.5, amplitude: amplitude, glide: Self.glide)
    var sound: [Float] = []
    for _ in 0..<3 { sound += Signals.silence(seconds: 0.3) + voice }
    let hiss = Signals.noise(seconds: Double(sound.count) / 16_000, amplitude: Float(amplitude) * 0.001)
    return try Signals.frames(zip(sound, hiss).map { $0 + $1 }).filter { $0.time > 2.05 && $0.time < 2.3 }
  }

  @Test(arguments: [110.0, 120, 150, 220, 310]) func `The pitch is the voice's`(pitch: Double) throws {
    for frame in try spoken(pitch: pitch) {
      let now = pitch * (1 + Self.glide * (0.5 - (frame.time - 1.9) / 0.5))
      #expect(abs(Double(frame.pitch) / now - 1) < 0.02)
      #expect(frame.voicing > 0.8)
    }
  }

  @Test func `Hiss has no pitch`() throws {
    let frames = try Signals.frames(Signals.noise(seconds: 2, amplitude: 0.2))
    #expect(frames.reduce(0) { $0 + $1.voicing } / Float(frames.count) < 0.15)
  }

  @Test func `The microphone's gain does not change the loudness`() throws {
    let reference = try spoken(pitch: 120)
    for amplitude in [0.01, 0.05, 0.9] {
      for (frame, wanted) in zip(try spoken(pitch: 120, amplitude: amplitude), reference) {
        #expect(abs(frame.loudness - wanted.loudness) < 0.2)
        #expect(frame.loudness > 0.5)
      }
    }
  }

  @Test func `A louder syllable is louder`() throws {
    let soft = Signals.syllable(pitch: 120, seconds: 0.3, amplitude: 0.1)
    let loud = Signals.syllable(pitch: 120, seconds: 0.3, amplitude: 0.4)
    let pause = Signals.silence(seconds: 0.2)
    let frames = try Signals.frames(pause + loud + pause + soft + pause + loud + pause + soft + pause)
    func mean(_ start: Double) -> Float {
      let some = frames.filter { $0.time > start + 0.1 && $0.time < start + 0.2 }
      return some.reduce(0) { $0 + $1.loudness } / Float(some.count)
    }
    #expect(mean(1.2) > mean(1.7) + 0.15)
    #expect(mean(1.7) > 0.2)
  }
}
