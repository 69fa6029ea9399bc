import Engine
import Foundation
import Head
import Stage
import Testing
import Workshop

@Suite("The engine goes from samples to poses")
struct EngineTests {
  static func engine(seed: UInt64 = 1) throws -> Engine {
    try Engine(DataFiles.find(), seed: seed)
  }

  /// "Wa wa": a falling voice whose two formants rise twice a second; deterministic. An unmoving one would be music.
  static func vowel(seconds: Double, rate: Double) -> [Float] {
    var phase = 0.0
    return (0..<Int(seconds * rate)).map { i in
      let t = Double(i) / rate
      let pitch = 120 - 15 * t
      phase += pitch / rate
      let open = abs(sin(2 * .pi * t)).squareRoot()
      var sum = 0.0
      for harmonic in 1...24 {
        let f = pitch * Double(harmonic)
        let first = exp(-pow((f - 350 - 380 * open) / 180, 2))
        let second = 0.6 * exp(-pow((f - 750 - 340 * open) / 200, 2))
        sum += (first + second + 0.05) * sin(2 * .pi * phase * Double(harmonic))
      }
      return Float(0.12 * sum * (0.15 + 0.85 * open))
    }
  }

  /// Feeds `samples` as a microphone does and returns the jaw at 30 frames a second.
  static func jaw(_ engine: Engine, _ samples: [Float], rate: Double) throws -> [Float] {
    var jaw: [Float] = []
    var fed = 0
    var frame = 0
    while fed < samples.count {
      let end = min(fed + 480, samples.count)
      try samples[fed..<end].withUnsafeBufferPointer { try engine.feed($0, sampleRate: rate) }
      fed = end
      let heard = Double(fed) / rate - engine.soundDelaySeconds
      while Double(frame) / 30 <= heard {
        engine.frame(at: Double(frame) / 30)
        jaw.append(engine.pose.weights[.jawOpen])
        frame += 1
      }
    }
    return jaw
  }

  @Test func aMixSwingsThereAndBackWithoutAJump() throws {
    let engine = try Self.engine()
    engine.mix = Mix(0.8, kind: .hybrid)
    #expect(engine.shownMix == engine.mix)
    engine.mixSwing = 2
    var shares: [Float] = []
    // Another sound begins in between: its time is 0 again.
    for time in Array(stride(from: 0.04, to: 1.02, by: 0.04)) + Array(stride(from: 0, to: 1.02, by: 0.04)) {
      engine.frame(at: time)
      shares.append(engine.shownMix.share)
    }
    #expect(shares[0] < 0.01 && shares.max()! > 0.79 && shares.last! < 0.02)
    #expect(zip(shares, shares.dropFirst()).allSatisfy { abs($0 - $1) < 0.06 })
    #expect(engine.shownMix.kind == .hybrid)
    engine.mixSwing = 0
    #expect(engine.shownMix == Mix(0.8, kind: .hybrid))
  }

  @Test func theSoundIsDelayedByAtMost100Milliseconds() throws {
    #expect(try Self.engine().soundDelaySeconds <= 0.1)
  }

  @Test func aVowelOpensTheMouthAndSilenceClosesIt() throws {
    let rate = 48_000.0
    let silence = [Float](repeating: 0, count: 48_000)
    let sound = silence + Self.vowel(seconds: 1, rate: rate) + silence + silence
    let engine = try Self.engine()
    engine.isAlive = false
    let jaw = try Self.jaw(engine, sound, rate: rate)
    #expect(jaw[5..<27].max()! < 0.03)
    #expect(jaw[36..<57].max()! > 0.15)
    #expect(jaw[72...].max()! < 0.03)
  }

  @Test func thePiecesThatSoundIsFedInDoNotMatter() throws {
    let sound = Self.vowel(seconds: 0.5, rate: 16_000)
    let whole = try Self.engine()
    try sound.withUnsafeBufferPointer { try whole.feed($0, sampleRate: 16_000) }
    let pieces = try Self.engine()
    var start = 0
    for size in [1, 127, 900, 3, 2000, 8000] where start < sound.count {
      let end = min(start + size, sound.count)
      try sound[start..<end].withUnsafeBufferPointer { try pieces.feed($0, sampleRate: 16_000) }
      start = end
    }
    for frame in 0..<10 {
      whole.frame(at: Double(frame) * 0.04)
      pieces.frame(at: Double(frame) * 0.04)
      for shape in Blendshape.allCases { #expect(whole.pose.weights[shape] == pieces.pose.weights[shape]) }
    }
  }

  @Test func badInputIsRefusedWithItsReason() throws {
    #expect(throws: EngineError.self) { try Engine(rig: [], speech: [], seed: 1) }
    let engine = try Self.engine()
    #expect(throws: EngineError.self) { try engine.load(avatar: [1, 2, 3], slot: 0) }
    let one: [Float] = [0.5]
    #expect(throws: EngineError.self) {
      try one.withUnsafeBufferPointer { try engine.feed($0, sampleRate: .nan) }
    }
    engine.frame(at: .nan)
    engine.frame(at: -1)
    #expect(engine.pose.yaw.isFinite)
  }

  @Test func interruptionClosesTheMouth() throws {
    let engine = try Self.engine()
    engine.isAlive = false
    let sound = Self.vowel(seconds: 1, rate: 16_000)
    try sound.withUnsafeBufferPointer { try engine.feed($0, sampleRate: 16_000) }
    engine.frame(at: 0.35)
    #expect(engine.pose.weights[.jawOpen] > 0.05)
    engine.interrupt()
    engine.frame(at: 0.45)
    #expect(engine.pose.weights[.jawOpen] == 0)
  }
}
