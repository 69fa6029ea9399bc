import ArgumentParser
import Engine
import Film
import Stage

/// What `video` and `retarget` share: how the film is made.
struct FilmOptions: ParsableArguments {
  @Option(help: "Size in pixels, even numbers.")
  var size = PictureSize(width: 512, height: 512)

  @Option(help: "close, portrait or shoulders: more and more of the person. photo: the photo's own frame.")
  var framing = Framing.portrait

  @OptionGroup var scene: SceneOptions

  @Option(help: "The mix goes from the first avatar to --mix and back in so many seconds, 0.5 to 3600.")
  var mixSwing: Double?

  @Option(help: "Another number, other blinks and glances.")
  var seed: UInt64 = 1

  func validate() throws {
    try size.validateForFilm()
    try scene.validateForFilm()
    if let mixSwing {
      guard 0.5...3600 ~= mixSwing else {
        throw ValidationError("--mix-swing is a number of seconds from 0.5 to 3600.")
      }
      guard scene.second != nil else { throw ValidationError("--mix-swing needs a second avatar: --second FILE.") }
    }
  }

  /// A film of `avatar`, everything that is asked for on its stage.
  func film(of avatar: String, engine: Engine) throws -> SpeakingFilm {
    let offscreen = try Offscreen(rig: engine.rig)
    var (_, mix) = try scene.load(into: offscreen, avatar: avatar, rig: engine.rig)
    if let mixSwing {
      if scene.mix == nil { mix.share = 1 }
      engine.mixSwing = mixSwing
    }
    engine.mix = mix
    let film = SpeakingFilm(engine: engine, offscreen: offscreen)
    film.framing = framing
    return film
  }

  /// Shoots with a progress bar until the film is whole or the user interrupts.
  /// - Parameter soundFile: the file that is named where the sound is at fault.
  /// - Returns: the number of pictures.
  func shoot(_ film: SpeakingFilm, _ sound: AudioReader?, from soundFile: String, to output: String, fps: Double) throws
    -> Int
  {
    Interruption.expect()
    var bar = ProgressBar("filming")
    defer { bar.clear() }
    var frames = 0
    do {
      let finished = try film.shoot(sound, to: output, width: size.width, height: size.height, fps: fps) { done in
        bar.show(done)
        frames += 1
        return !Interruption.hasCome
      }
      guard finished else { throw ExitCode(130) }
      return frames
    } catch let error as FilmError {
      throw Failure("\(error.isAboutSound ? soundFile : output): \(error.message)")
    }
  }
}
