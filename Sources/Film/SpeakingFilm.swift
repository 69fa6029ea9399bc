import Engine
import Head
import Stage

/// Films an avatar that speaks: sound in, pose by pose through the engine as in the page, pictures and sound out.
public final class SpeakingFilm {
  private let engine: Engine
  private let offscreen: Offscreen
  public var framing = Framing.portrait
  /// The film lasts at least this long, also beyond its sound, seconds.
  public var leastSeconds = 0.0
  /// Called before every picture with the moment it shows, seconds: what else moves the engine's face does so here.
  public var prepare: (Double) -> Void = { _ in }

  /// - Parameters:
  ///   - engine: its emotions, head motion and mix are filmed; its stage is not used.
  ///   - offscreen: with the avatar and the background on its stage.
  public init(engine: Engine, offscreen: Offscreen) {
    self.engine = engine
    self.offscreen = offscreen
  }

  /// Sound is handed to the engine in pieces not longer than this, seconds: it keeps half a second at hand.
  private static let piece = 0.01

  /// Reads `sound` to its end and writes the film, a silent one without; nothing is left of it on failure.
  /// - Parameter goesOn: called before every picture with the share that is done, 0...1 (0 where the sound's length is
  ///   not known beforehand); false gives the film up.
  /// - Returns: whether the film was finished.
  @discardableResult
  public func shoot(
    _ sound: AudioReader?, to path: String, width: Int, height: Int, fps: Double,
    goesOn: (Double) -> Bool = { _ in true }
  ) throws(FilmError) -> Bool {
    let rate = Double(sound?.sampleRate ?? 1)
    // A file without one good sample must not begin a film.
    var block = try sound?.next()
    let total = sound == nil ? leastSeconds : sound?.estimatedSeconds.map { max($0, leastSeconds) }
    let writer = try VideoWriter(
      path: path, width: width, height: height, fps: fps, audioRate: sound?.sampleRate, channels: sound?.channels ?? 1)
    do throws(FilmError) {
      engine.restartSound()
      let step = max(1, Int(rate * Self.piece))
      let ahead = engine.soundDelaySeconds
      var fed = 0
      var shot = 0
      /// Shoots the pictures whose sound, and what the mouth needs beyond it, has been fed.
      func shoot(until seconds: Double) throws(FilmError) -> Bool {
        // A picture stands for the time until the next one: it shows the middle of it.
        while (Double(shot) + 0.5) / fps <= seconds {
          let done = total.map { Double(shot) / fps / $0 } ?? 0
          guard goesOn(min(done, 1)) else { return false }
          let moment = (Double(shot) + 0.5) / fps
          prepare(moment)
          engine.frame(at: moment)
          try offscreen.draw(engine.pose, mix: engine.shownMix, framing: framing, width: width, height: height)
          try writer.write(isBottomFirst: true) { offscreen.read(into: $0) }
          shot += 1
        }
        return true
      }
      while let current = block {
        try writer.write(samples: current.interleaved)
        var start = 0
        while start < current.mono.count {
          let end = min(start + step, current.mono.count)
          try feed(current.mono[start..<end], rate)
          fed += end - start
          start = end
          guard try shoot(until: Double(fed) / rate - ahead) else {
            writer.cancel()
            return false
          }
        }
        block = try sound?.next()
      }
      engine.endSound()
      // The last picture covers the end; the shortest film gets one.
      let count = max(1, Int((max(Double(fed) / rate, leastSeconds) * fps).rounded(.up)))
      guard try shoot(until: Double(count) / fps) else {
        writer.cancel()
        return false
      }
      try writer.finish()
      return true
    } catch {
      writer.cancel()
      throw error
    }
  }

  private func feed(_ samples: ArraySlice<Float>, _ rate: Double) throws(FilmError) {
    do throws(EngineError) {
      try samples.withUnsafeBufferPointer { (samples) throws(EngineError) in
        try engine.feed(samples, sampleRate: rate)
      }
    } catch {
      throw .unsupportedSound
    }
  }
}

extension FilmError {
  /// Whether the sound that came in is at fault, and not the film that was to be.
  public var isAboutSound: Bool {
    switch self {
    case .unreadable, .noSound, .emptySound, .notANumber, .unsupportedSound: true
    case .noPictures, .unreadablePictures, .noGraphics, .stage, .badSize, .unknownContainer, .noEncoder,
      .encodingFailed, .unwritable:
      false
    }
  }
}
