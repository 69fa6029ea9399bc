import Engine
import Film
import Performance
import Pixels
import Stage
import Workshop

/// A face that lives in real time without a browser: sound in whenever it comes, a picture and the sound that belongs to
/// it out at every tick. Use it on the thread that made it.
package final class LiveFace {
  private let engine: Engine
  private let offscreen: Offscreen
  private let framing: Framing
  package let rate: Int
  package let fps: Double
  /// Samples from the queue's first stage to its second: what the mouth needs to know beyond the middle of a picture.
  package let delay: Int
  private var ticks = 0
  private var fed = 0
  private var floats: [Float] = []
  /// The last picture: RGBA, straight alpha, top row first.
  package private(set) var picture: PixelBuffer

  /// - Throws: `SetUpError`, `FilmError`, `AvatarLoadingError`.
  package init(_ wish: LiveWish, avatar: [UInt8], files: DataFiles) throws {
    engine = try Engine(files, seed: wish.seed)
    offscreen = try Offscreen(rig: engine.rig)
    try offscreen.show(avatar, rig: engine.rig)
    offscreen.stage.setBackground(wish.background)
    framing = wish.framing
    (rate, fps) = (wish.rate, wish.fps)
    delay = Self.delay(of: engine, rate: wish.rate, fps: wish.fps)
    picture = PixelBuffer(width: wish.width, height: wish.height, channels: 4)
    for (emotion, strength) in wish.emotions { engine.set(emotion, to: strength, fade: 0) }
  }

  private static func delay(of engine: Engine, rate: Int, fps: Double) -> Int {
    max(0, Int((Double(rate) * (engine.soundDelaySeconds - 0.5 / fps)).rounded(.up)))
  }

  /// Where the tick that comes next begins in the sound that is heard, seconds.
  package var seconds: Double { Double(position(of: ticks)) / Double(rate) }
  /// Samples of the tick that comes next.
  package var tickSamples: Int { position(of: ticks + 1) - position(of: ticks) }

  private func position(of tick: Int) -> Int { Int((Double(tick) * Double(rate) / fps).rounded(.down)) }

  /// Lets the engine hear a tick's samples and moves the face on.
  /// - Parameter draws: whether `picture` is made anew.
  package func tick(_ ahead: [Int16], draws: Bool) throws {
    floats.removeAll(keepingCapacity: true)
    for sample in ahead { floats.append(Float(sample) / 32_768) }
    // The engine keeps half a second at hand at most; a tick is a tenth at most.
    try floats.withUnsafeBufferPointer { try engine.feed($0, sampleRate: Double(rate)) }
    fed += ahead.count
    ticks += 1
    engine.frame(at: (Double(fed - delay) - Double(ahead.count) / 2) / Double(rate))
    if draws { try offscreen.render(engine.pose, framing: framing, into: &picture) }
  }

  /// The mouth closes within 100 ms; what was fed is no longer shown.
  package func interrupt() { engine.interrupt() }

  func set(_ emotions: [(Emotion, Float)]) {
    for emotion in Emotion.allCases where emotion != .neutral {
      engine.set(emotion, to: emotions.first { $0.0 == emotion }?.1 ?? 0)
    }
  }

  /// How far the jaw is open, 0...1.
  package var jawOpen: Float { engine.pose.weights[.jawOpen] }
}
