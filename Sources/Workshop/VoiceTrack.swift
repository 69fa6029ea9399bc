import Engine
import Head
import Performance
import Speech

/// Follows the voice in a sound file through the same streaming path that the page runs: blocks of 128 samples at the
/// file's own rate in, a frame of visemes every 10 ms out, and the mouth that `Performance` makes of them at the
/// moment when their sound is heard.
public final class VoiceTrack {
  /// Samples an AudioWorklet hands over at a time.
  static let block = 128

  private let tracker: SpeechTracker
  private var performer = Performer(seed: 1)
  private var waiting: [SpeechFrame] = []
  private var fedSeconds = 0.0

  /// - Parameters:
  ///   - model: contents of `speech.bin`.
  ///   - script: what is said, where that is known; on the file's time.
  public init(model: [UInt8], script: Script = Script()) throws(SpeechError) {
    tracker = try SpeechTracker(model: model)
    tracker.script = script
    // The mouth alone: no smile between words, no blinks, no sway.
    performer.isAlive = false
    performer.setMood(friendly: 0)
  }

  public static let framesPerSecond = 100

  /// How late the page plays the sound, seconds.
  public var delaySeconds: Double { tracker.delaySeconds + Engine.showingSeconds }

  /// Takes mono samples (-1...1) that follow the ones before; calls `body` with every frame that is ready, in order.
  public func feed(
    _ samples: [Float], sampleRate: Double, _ body: (SpeechFrame, BlendshapeWeights) -> Void
  ) throws(SpeechError) {
    var start = 0
    while start < samples.count {
      let end = min(start + Self.block, samples.count)
      try samples.withUnsafeBufferPointer { (all) throws(SpeechError) in
        try tracker.feed(UnsafeBufferPointer(rebasing: all[start..<end]), sampleRate: sampleRate)
      }
      fedSeconds += Double(end - start) / sampleRate
      drain(until: fedSeconds - delaySeconds, body)
      start = end
    }
  }

  /// The sound has ended: the mouth comes to rest.
  public func finish(_ body: (SpeechFrame, BlendshapeWeights) -> Void) {
    tracker.finish()
    drain(until: .infinity, body)
  }

  /// Hands out the frames whose sound is heard by `heard`.
  private func drain(until heard: Double, _ body: (SpeechFrame, BlendshapeWeights) -> Void) {
    while let frame = tracker.nextFrame() {
      performer.add(frame)
      waiting.append(frame)
    }
    var shown = 0
    while shown < waiting.count, waiting[shown].time <= heard {
      body(waiting[shown], performer.pose(at: waiting[shown].time).weights)
      shown += 1
    }
    waiting.removeFirst(shown)
  }
}
