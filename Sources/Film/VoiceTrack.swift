import Engine
import Head
import Performance
import Speech

/// Follows the voice in a sound file through the same streaming path that the page runs: blocks of 128 samples at the
/// file's own rate in, a frame of visemes every 10 ms out, and the mouth that `Performance` makes of them when one more
/// frame is at hand.
public final class VoiceTrack {
  /// Samples an AudioWorklet hands over at a time.
  static let block = 128

  private let tracker: SpeechTracker
  private var performer = Performer(seed: 1)
  private var waiting: SpeechFrame?

  /// - Parameter model: contents of `speech.bin`.
  public init(model: [UInt8]) throws(SpeechError) {
    tracker = try SpeechTracker(model: model)
    // The mouth alone: no smile between words, no blinks, no sway.
    performer.isAlive = false
    performer.setMood(friendly: 0)
  }

  public static let framesPerSecond = 100

  /// How long after a sound the frame that shows it is ready, seconds: the tracker's delay and one frame more.
  public var delaySeconds: Double { tracker.delaySeconds + SpeechTracker.frameSeconds }

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
      drain(body)
      start = end
    }
  }

  /// The sound has ended: the mouth comes to rest.
  public func finish(_ body: (SpeechFrame, BlendshapeWeights) -> Void) {
    tracker.finish()
    drain(body)
    if let waiting { body(waiting, performer.pose(at: waiting.time).weights) }
    waiting = nil
  }

  private func drain(_ body: (SpeechFrame, BlendshapeWeights) -> Void) {
    while let frame = tracker.nextFrame() {
      performer.add(frame)
      if let waiting { body(waiting, performer.pose(at: waiting.time).weights) }
      waiting = frame
    }
  }
}
