import Foundation
import LiveFace
import Testing
import Workshop

@Suite struct LiveFaceTests {
  private static let files = try? DataFiles.find()
  private static let avatar = files.flatMap {
    FileManager.default.contents(atPath: $0.root + "/dist/files/default.ftar")
  }

  /// The demo's sample: speech, 16 kHz.
  private static let speech: [Int16] = {
    let file = [UInt8](
      files.flatMap { FileManager.default.contents(atPath: $0.root + "/dist/files/sample.wav") } ?? Data())
    return stride(from: 44, to: file.count - 1, by: 2).map {
      Int16(bitPattern: UInt16(file[$0]) | UInt16(file[$0 + 1]) << 8)
    }
  }()

  @Test(.enabled(if: avatar != nil, "dist/files/default.ftar is not built: run ./run.sh or ./test.sh"))
  func theMouthOpensForAVoiceAndClosesWithin100MillisecondsOfAnInterruption() throws {
    var wish = LiveWish()
    (wish.width, wish.height, wish.rate) = (64, 64, 16_000)
    let face = try LiveFace(wish, avatar: Array(Self.avatar!), files: Self.files!)
    var (said, open) = (0, Float(0))
    // In the middle of a word.
    while open < 0.2 || face.jawOpen < 0.12 {
      let count = face.tickSamples
      guard said + count <= Self.speech.count else { break }
      try face.tick(Array(Self.speech[said..<said + count]), draws: false)
      said += count
      open = max(open, face.jawOpen)
    }
    #expect(open > 0.2 && face.jawOpen >= 0.12)
    face.interrupt()
    // 40 ms a tick: after the third, 120 ms have passed since the last one before the interruption.
    for tick in 1...25 {
      try face.tick([Int16](repeating: 0, count: face.tickSamples), draws: false)
      // The network still remembers a little of the voice, which parts the lips by a trace.
      if tick >= 3 { #expect(face.jawOpen < (tick < 10 ? 0.08 : 0.02), "tick \(tick)") }
    }
  }

  @Test(.enabled(if: avatar != nil, "dist/files/default.ftar is not built: run ./run.sh or ./test.sh"))
  func ticksKeepTheRateWhateverTheFramesASecond() throws {
    var wish = LiveWish()
    (wish.width, wish.height, wish.rate, wish.fps) = (64, 64, 16_000, 30)
    let face = try LiveFace(wish, avatar: Array(Self.avatar!), files: Self.files!)
    var total = 0
    for _ in 0..<30 {
      let count = face.tickSamples
      total += count
      try face.tick([Int16](repeating: 0, count: count), draws: false)
    }
    #expect(total == 16_000 && face.seconds == 1)
  }
}
