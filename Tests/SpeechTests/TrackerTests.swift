import Foundation
import Speech
import Testing

@Suite struct TrackerTests {
  private let syllables: [Float] = {
    var sound = Signals.silence(seconds: 0.5)
    for pitch in [110.0, 130, 95] {
      sound += Signals.syllable(pitch: pitch, seconds: 0.35) + Signals.silence(seconds: 0.4)
    }
    return zip(sound, Signals.noise(seconds: Double(sound.count) / 16_000, amplitude: 0.0005)).map { $0 + $1 }
  }()

  @Test func `A voice opens the mouth and its end closes it`() throws {
    let frames = try Signals.frames(syllables)
    for start in [0.5, 1.25, 2.0] {
      let spoken = frames.filter { $0.time > start + 0.1 && $0.time < start + 0.3 }
      let open = spoken.filter { $0.visemes.strongest != .sil }
      #expect(open.count * 10 >= spoken.count * 9)
      // An end as sudden as this one may be the closure of a stop, or a breath; when nothing follows the lips rest.
      let closed = frames.filter { $0.time > start + 0.42 && $0.time < start + 0.7 }
      #expect(closed.allSatisfy { [.sil, .PP, .FF, .TH].contains($0.visemes.strongest) && $0.loudness < 0.1 })
      let rest = frames.filter { $0.time > start + 0.6 && $0.time < start + 0.7 }
      #expect(rest.allSatisfy { $0.visemes[.sil] > 0.8 })
    }
  }

  @Test func `A frame comes every ten milliseconds until the mouth rests after the end`() throws {
    let frames = try Signals.frames(syllables)
    for (index, frame) in frames.enumerated() { #expect(abs(frame.time - (Double(index) + 0.5) * 0.01) < 1e-9) }
    let end = Double(syllables.count) / 16_000
    #expect(frames.last!.time > end + 0.2 && frames.last!.time < end + 0.4)
    #expect(frames.last!.visemes.strongest == .sil)
  }

  @Test func `Weights are shares of one`() throws {
    for frame in try Signals.frames(syllables) {
      #expect(frame.visemes.lanes.min() >= 0)
      #expect(abs(frame.visemes.lanes.sum() - 1) < 1e-5)
      #expect(frame.visemes.lanes[15] == 0)
    }
  }

  @Test(arguments: [16_000.0, 44_100, 48_000]) func `Pieces of any size give the same frames`(rate: Double) throws {
    let whole = try Signals.frames(syllables, rate: rate, sizes: [10_000_000])
    #expect(try Signals.frames(syllables, rate: rate, sizes: [128]) == whole)
    #expect(try Signals.frames(syllables, rate: rate, sizes: [1, 4099, 17, 480, 0, 2048]) == whole)
  }

  @Test(arguments: [16_000.0, 48_000, 44_100, 8_000])
  func `A frame comes out as soon as the promised delay has been fed`(rate: Double) throws {
    let tracker = try SpeechTracker(model: Signals.model)
    #expect(tracker.delaySeconds + SpeechTracker.frameSeconds <= 0.080)
    var fed = 0
    var worst = 0.0
    for sample in Signals.noise(seconds: 0.5, amplitude: 0.1, rate: rate) {
      try withUnsafePointer(to: sample) {
        try tracker.feed(UnsafeBufferPointer(start: $0, count: 1), sampleRate: rate)
      }
      fed += 1
      while let frame = tracker.nextFrame() { worst = max(worst, Double(fed) / rate - frame.time) }
    }
    // One sample of either rate may be missing to the whole delay.
    #expect(worst <= tracker.delaySeconds + 2 / rate + 1 / 16_000)
    #expect(worst > tracker.delaySeconds - 0.0025)
  }

  @Test func `After a reset everything is as at the start`() throws {
    let tracker = try SpeechTracker(model: Signals.model)
    let first = try Signals.frames(syllables, with: tracker)
    _ = try Signals.frames(Signals.noise(seconds: 1, amplitude: 0.5), rate: 44_100, with: tracker)
    tracker.reset()
    #expect(try Signals.frames(syllables, with: tracker) == first)
    // Sound fed after `finish` begins a new stream by itself.
    #expect(try Signals.frames(syllables, with: tracker) == first)
  }

  @Test func `The rate may change while the time goes on`() throws {
    let tracker = try SpeechTracker(model: Signals.model)
    for (rate, seconds) in [(48_000.0, 0.5), (44_100, 0.5), (16_000, 0.5), (8_000, 0.5)] {
      try Signals.noise(seconds: seconds, amplitude: 0.01, rate: rate).withUnsafeBufferPointer {
        try tracker.feed($0, sampleRate: rate)
      }
    }
    tracker.finish()
    var frames: [SpeechFrame] = []
    while let frame = tracker.nextFrame() { frames.append(frame) }
    #expect(abs(frames.last!.time - 2.25) < 0.08)
    #expect(throws: SpeechError.unsupportedSampleRate) {
      try [Float(0)].withUnsafeBufferPointer { try tracker.feed($0, sampleRate: 100) }
    }
  }

  @Test func `Frames that nobody takes are kept`() throws {
    let tracker = try SpeechTracker(model: Signals.model)
    try Signals.silence(seconds: 30).withUnsafeBufferPointer { try tracker.feed($0, sampleRate: 16_000) }
    var count = 0
    while let frame = tracker.nextFrame() {
      #expect(abs(frame.time - (Double(count) + 0.5) * 0.01) < 1e-9)
      count += 1
    }
    #expect(count > 2990)
  }
}
