import Speech

/// Listens to the user's microphone: finds turns by the product's own speech network and keeps their sound.
final class Ear {
  enum Event {
    case began
    /// Mono, 16 kHz.
    case ended([Int16])
  }

  private static let rate = Resampler.outputRate
  private static let frame = Int(Double(rate) * SpeechTracker.frameSeconds)
  /// A turn's sound begins so many frames before it was noticed: soft consonants come first.
  private static let before = 40

  private let tracker: SpeechTracker
  private var resampler: Resampler
  private var turns = TurnDetector()
  private var kept: [Float] = []
  /// Where `kept` begins, samples of the whole sound.
  private var start = 0
  private var frames = 0
  private var output = [Float](repeating: 0, count: 4096)

  /// - Parameters:
  ///   - model: contents of `speech.bin`.
  ///   - rate: of the microphone's sound, samples a second.
  init(model: [UInt8], rate: Double) throws(SpeechError) {
    tracker = try SpeechTracker(model: model)
    resampler = try Resampler(inputRate: rate)
  }

  /// Takes samples that follow the ones before; calls `body` with what they bring.
  func hear(_ samples: [Int16], _ body: (Event) -> Void) throws(SpeechError) {
    let floats = samples.map { Float($0) / 32_768 }
    var taken = 0
    while true {
      let (consumed, produced) = floats.withUnsafeBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
          resampler.process(UnsafeBufferPointer(rebasing: input[taken...]), into: output)
        }
      }
      taken += consumed
      kept += output[..<produced]
      try output.withUnsafeBufferPointer { (output) throws(SpeechError) in
        try tracker.feed(UnsafeBufferPointer(rebasing: output[..<produced]), sampleRate: Double(Self.rate))
      }
      while let frame = tracker.nextFrame() { notice(frame, body) }
      if taken == floats.count && produced < output.count { break }
    }
    forget()
  }

  private func notice(_ frame: SpeechFrame, _ body: (Event) -> Void) {
    frames += 1
    switch turns.hear(loudness: frame.loudness) {
    case .began: body(.began)
    case .ended(let length):
      let first = max(start, (frames - length - Self.before) * Self.frame)
      let end = min(start + kept.count, frames * Self.frame)
      body(.ended(kept[(first - start)..<(end - start)].map { Int16(max(-1, min(1, $0)) * 32_767) }))
    case nil: break
    }
  }

  /// Keeps what a turn that begins now, or the one that goes on, can still need.
  private func forget() {
    let needed = (turns.isInTurn ? TurnDetector.longest : 0) + 2 * Self.before
    let surplus = kept.count - needed * Self.frame
    guard surplus > Self.rate else { return }
    kept.removeFirst(surplus)
    start += surplus
  }
}
