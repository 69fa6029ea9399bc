import Engine
import Head
import Stage

/// Films avatars that speak: sound in, pose by pose through the engine as in the page, pictures and sound out.
public final class SpeakingFilm {
  /// One of the people in the film.
  public struct Actor {
    let engine: Engine
    let stages: [Offscreen]

    /// - Parameters:
    ///   - engine: its emotions, head motion and mix are filmed; its stage is not used.
    ///   - stages: each with the avatar and the background, to draw pictures in turn (`Offscreen.several`).
    public init(engine: Engine, stages: [Offscreen]) {
      precondition(!stages.isEmpty)
      (self.engine, self.stages) = (engine, stages)
    }
  }

  private let actors: [Actor]
  public var framing = Framing.portrait
  /// The film lasts at least this long, also beyond its sound, seconds.
  public var leastSeconds = 0.0
  /// Called before every picture with the moment it shows, seconds: what else moves the engines' faces does so here.
  public var prepare: (Double) -> Void = { _ in }
  /// Lays text over the pictures.
  public var painter: SubtitlePainter?
  /// Whether the parts of a film that is given up stay for another run (`FilmPlan.fingerprint`).
  public var keepsParts = false

  /// - Parameter actors: as many as the sound has voices, side by side in this order.
  public init(_ actors: [Actor]) {
    precondition(!actors.isEmpty)
    self.actors = actors
  }

  /// Whether a file of this name can be a film.
  public static func canBeWritten(_ path: String) -> Bool { FilmContainer(path: path) != nil }

  /// Whether a file of this name can hold a transparent film.
  public static func canBeTransparent(_ path: String) -> Bool {
    // What is no film at all is told as such when it is to be written.
    FilmContainer(path: path)?.videoEncoders(isTransparent: true).isEmpty != true
  }

  /// The files of a film that is a sequence of pictures; nil where it is one file.
  public static func pictures(of path: String, count: Int) -> [String]? {
    NumberedName(path: path).map { name in (0..<count).map { name.folder + name.name($0) } }
  }

  /// Sound is handed to the engine in pieces not longer than this, seconds: it keeps half a second at hand.
  private static let piece = 0.01
  /// A picture shows this moment of its time: the middle of a film camera's exposure (a shutter of 180 degrees).
  private static let exposure = 0.25

  /// Reads `sound` to its end and writes the film, a silent one without; nothing is left of it on failure.
  /// - Parameter goesOn: called before every picture with the share that is done, 0...1 (0 where the sound's length is
  ///   not known beforehand); false gives the film up.
  /// - Returns: whether the film was finished.
  @discardableResult
  public func shoot(
    _ sound: (any FilmSound)?, to path: String, _ plan: FilmPlan, goesOn: (Double) -> Bool = { _ in true }
  ) throws(FilmError) -> Bool {
    // A file without one good sample must not begin a film.
    let first = try sound?.nextVoices()
    let writer = try VideoWriter(path: path, plan, audioRate: sound?.sampleRate, channels: sound?.channels ?? 1)
    do throws(FilmError) {
      guard try shoot(first, sound, writer, plan, goesOn) else {
        if keepsParts && plan.fingerprint != nil { writer.suspend() } else { writer.cancel() }
        return false
      }
      try writer.finish()
      return true
    } catch {
      writer.cancel()
      throw error
    }
  }

  private func shoot(
    _ first: VoicedBlock?, _ sound: (any FilmSound)?, _ writer: VideoWriter, _ plan: FilmPlan,
    _ goesOn: (Double) -> Bool
  ) throws(FilmError) -> Bool {
    let rate = Double(sound?.sampleRate ?? 1)
    let fps = plan.fps
    let total = sound == nil ? leastSeconds : sound?.estimatedSeconds.map { max($0, leastSeconds) }
    let grid = FilmGrid(people: actors.count, width: plan.width, height: plan.height)
    let crew = FilmCrew(actors.map(\.stages), framing: framing, grid: grid, subtitles: painter, writer: writer)
    // Whatever happens: pictures that are being drawn lie in the writer's memory.
    defer { crew.end() }
    for actor in actors { actor.engine.restartSound() }
    let step = max(1, Int(rate * Self.piece))
    let ahead = actors[0].engine.soundDelaySeconds
    var fed = 0
    var shot = 0
    /// Shoots the pictures whose sound, and what the mouth needs beyond it, has been fed.
    func shoot(until seconds: Double) throws(FilmError) -> Bool {
      while (Double(shot) + Self.exposure) / fps <= seconds {
        let done = total.map { Double(shot) / fps / $0 } ?? 0
        guard goesOn(min(done, 1)) else { return false }
        let moment = (Double(shot) + Self.exposure) / fps
        prepare(moment)
        for actor in actors { actor.engine.frame(at: moment) }
        if shot >= writer.kept {
          try crew.draw(actors.map { ($0.engine.pose, $0.engine.shownMix) }, at: moment)
        }
        shot += 1
      }
      return true
    }
    var block = first
    while let current = block {
      try writer.write(samples: current.interleaved)
      let count = current.voices[0].count
      var start = 0
      while start < count {
        let end = min(start + step, count)
        for (actor, voice) in zip(actors, current.voices) { try Self.feed(voice[start..<end], rate, actor.engine) }
        fed += end - start
        start = end
        guard try shoot(until: Double(fed) / rate - ahead) else { return false }
      }
      block = try sound?.nextVoices()
    }
    for actor in actors { actor.engine.endSound() }
    // The last picture covers the end; the shortest film gets one.
    let count = max(1, Int((max(Double(fed) / rate, leastSeconds) * fps).rounded(.up)))
    return try shoot(until: Double(count) / fps)
  }

  private static func feed(_ samples: ArraySlice<Float>, _ rate: Double, _ engine: Engine) throws(FilmError) {
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
    case .unreadable, .noSound, .emptySound, .notANumber, .unsupportedSound, .changingRate: true
    case .noPictures, .unreadablePictures, .noGraphics, .stage, .badSize, .unknownContainer, .noEncoder,
      .encodingFailed, .unwritable, .notEmpty, .busy, .unreadableParts, .noTransparency:
      false
    }
  }
}
