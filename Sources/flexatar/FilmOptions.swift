import ArgumentParser
import Engine
import Film
import Stage

/// What `video` and `retarget` share: how the film is made.
struct FilmOptions: ParsableArguments {
  @Option(help: "Size in pixels, even numbers.")
  var size = PictureSize(width: 512, height: 512)

  @Option(help: "close, portrait or shoulders: more and more of the person. photo: the photo's own frame.")
  var framing = Choice(Framing.portrait)

  @OptionGroup var scene: SceneOptions

  @Option(help: "The mix goes from the first avatar to --mix and back in so many seconds, 0.5 to 3600.")
  var mixSwing: Double?

  @Option(help: "Another number, other blinks and glances.")
  var seed: UInt64 = 1

  @Option(
    help: "Text with times: SubRip, WebVTT, or start, end and text a line with tabs between.",
    completion: .file(extensions: ["srt", "vtt", "tsv"]))
  var subtitles: String?

  @Flag(help: "The subtitles are part of the pictures, not a track beside them.")
  var burn = false

  func validate() throws {
    try size.validateForFilm()
    if let mixSwing {
      guard 0.5...3600 ~= mixSwing else {
        throw ValidationError("--mix-swing is a number of seconds from 0.5 to 3600.")
      }
      guard scene.second != nil else { throw ValidationError("--mix-swing needs a second avatar: --second FILE.") }
    }
  }

  /// What is asked for must have a place in the file: transparency, a track of text; and the file a place of its own.
  /// - Parameters:
  ///   - hasText: whether there are subtitles without a file of them.
  ///   - inputs: what the command reads besides.
  func validate(output: String, hasText: Bool = false, inputs: [String?]) throws {
    try OutputPlace.check([output], apartFrom: inputs + scene.inputs + [subtitles])
    guard !burn || subtitles != nil || hasText else { throw ValidationError("--burn needs text: --subtitles FILE.") }
    guard subtitles == nil || burn || SpeakingFilm.pictures(of: output, count: 0) == nil else {
      throw ValidationError("Pictures have no track of text: --subtitles needs --burn.")
    }
    guard scene.background.isNone, !SpeakingFilm.canBeTransparent(output) else { return }
    throw ValidationError(
      "Only .webm, .mov and PNG pictures have transparency; write to one of them, or give --background a colour or a picture."
    )
  }

  /// One of the people in the film, everything that is asked for on their stage.
  func actor(_ avatar: String, engine: Engine, isMirrored: Bool = false) throws -> SpeakingFilm.Actor {
    let stages = try Offscreen.several(rig: engine.rig)
    var (_, mix) = try scene.load(into: stages, avatar: avatar, rig: engine.rig, isMirrored: isMirrored)
    if let mixSwing {
      if scene.mix == nil { mix.share = 1 }
      engine.mixSwing = mixSwing
    }
    engine.mix = mix
    return SpeakingFilm.Actor(engine: engine, stages: stages)
  }

  /// A film of one avatar.
  func film(of avatar: String, engine: Engine, isMirrored: Bool = false) throws -> SpeakingFilm {
    let film = SpeakingFilm([try actor(avatar, engine: engine, isMirrored: isMirrored)])
    film.framing = framing.value
    return film
  }

  /// What is said in writing, and the file that says it.
  struct Texts {
    var list: [Subtitle]
    var file: String
  }

  /// The subtitles' file's, else those of a dialogue.
  func texts(_ dialogue: DialogueFile? = nil) throws -> Texts {
    guard let subtitles else { return Texts(list: dialogue?.subtitles ?? [], file: dialogue?.path ?? "") }
    return Texts(list: try SubtitleFile.read(subtitles), file: subtitles)
  }

  /// Shoots with a progress bar until the film is whole or the user interrupts.
  /// - Parameters:
  ///   - soundFile: the file that is named where the sound is at fault.
  ///   - texts: the subtitles (`texts`).
  /// - Returns: the number of pictures.
  func shoot(
    _ film: SpeakingFilm, _ sound: (any FilmSound)?, from soundFile: @autoclosure () -> String, to output: String,
    fps: Double, texts: Texts, chapters: [FilmPlan.Chapter] = [], fingerprint: String? = nil
  ) throws -> Int {
    var plan = FilmPlan(width: size.width, height: size.height, fps: fps)
    plan.isTransparent = scene.background.isNone || (scene.round && SpeakingFilm.canBeTransparent(output))
    plan.chapters = chapters
    plan.fingerprint = fingerprint
    if burn {
      do throws(SubtitleError) {
        film.painter = try SubtitlePainter(texts.list, width: size.width, height: size.height)
      } catch {
        throw Failure("\(texts.file): \(error.message)")
      }
    } else {
      plan.subtitles = texts.list
    }
    Interruption.expect()
    var bar = ProgressBar("filming")
    defer { bar.clear() }
    var frames = 0
    do {
      let finished = try film.shoot(sound, to: output, plan) { done in
        bar.show(done)
        frames += 1
        return !Interruption.hasCome
      }
      guard finished else { throw ExitCode(130) }
      return frames
    } catch let error as FilmError {
      throw Failure(error, about: error.isAboutSound ? soundFile() : output)
    }
  }
}
