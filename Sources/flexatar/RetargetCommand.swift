import ArgumentParser
import Engine
import Face
import Film
import Glibc
import Performance
import Photo
import Retarget
import Stage
import Workshop

struct RetargetCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retarget",
    abstract: "Lets an avatar do what a person does in a film.",
    discussion: """
      flexatar retarget me.mp4 --avatar other.ftar -o other.mp4
      flexatar retarget me.mp4 -o me.jsonl

      Head, gaze, lids, brows and mouth follow the person's, against their face at rest: the film should begin with a \
      second of it. With --avatar a film with the sound of the one that came in is made, without it a file of numbers: a \
      header line, then a line of JSON a picture. A film without a face is refused: exit code 65.
      """)

  @Argument(help: "Any film with a face.", completion: .file())
  var video: String

  @Option(help: "The avatar that follows.", completion: .file(extensions: ["ftar"]))
  var avatar: String?

  @Option(
    name: .shortAndLong, help: "The file to write: .mp4, .mov, .mkv or .webm with an avatar, else .jsonl.",
    completion: .file())
  var output: String

  @Option(help: "Another sound than the film's own.", completion: .file())
  var audio: String?

  @OptionGroup var film: FilmOptions

  @Option(help: "So many seconds from the first face on show the face at rest, 0 to 60.")
  var calibrate = 1.0

  @Option(help: "speech: the voice alone moves the mouth. camera: the film alone. both: the voice while it speaks.")
  var mouth = Choice(MouthSource.both)

  @Flag(help: "Turn left for right, as a mirror does.")
  var mirrored = false

  @Flag(help: "Print output, seconds, bytes, frames, faces, filmSeconds and fps as JSON.")
  var json = false

  func validate() throws {
    guard 0...60 ~= calibrate else { throw ValidationError("--calibrate is a number of seconds from 0 to 60.") }
    let isNumbers = output.lowercased().hasSuffix(".jsonl")
    guard isNumbers == (avatar == nil) else {
      throw ValidationError(
        isNumbers
          ? "With --avatar a film is made: write to .mp4, .mov, .mkv or .webm."
          : "Numbers are written to a .jsonl file; a film needs --avatar FILE.")
    }
    guard avatar == nil else { return try film.validate(output: output, inputs: [video, avatar, audio]) }
    try OutputPlace.check([output], apartFrom: [video])
    guard audio == nil, film.subtitles == nil, film.scene.second == nil, !film.burn, !film.scene.round else {
      throw ValidationError(
        "Numbers have neither picture nor sound: --audio, --second, --subtitles, --burn and --round need --avatar FILE."
      )
    }
  }

  func run() throws {
    try Failure.guarding {
      let watch = Stopwatch()
      let files = try DataFiles.find()
      // What is wrong with avatar, background, sound or text is said before the film is watched.
      let scene = try avatar.map { try openScene($0, files) }
      let watched = try openFilm()
      let sound = avatar == nil ? nil : try openSound()
      let texts = try film.texts()
      Interruption.expect()
      let track = try track(watched, files)
      var pictures: [String]?
      if let scene {
        pictures = SpeakingFilm.pictures(of: output, count: try shoot(scene, track, sound, texts))
      } else {
        try FileBytes.write(RetargetLines.bytes(track, isMirrored: mirrored), to: output)
      }
      if json {
        Terminal.answer(
          try Outcome(
            output, watch, files: pictures,
            [
              ("frames", .integer(track.frames.count)), ("faces", .integer(track.frames.count { $0.pose != nil })),
              ("filmSeconds", .number(track.seconds, digits: 6)), ("fps", .number(track.fps, digits: 6)),
            ]
          ).text)
      }
    }
  }

  private func track(_ film: VideoReader, _ files: DataFiles) throws -> RetargetTrack {
    let rig = try files.rigWithFit()
    var retargeter = Retargeter(rig: rig, fit: rig.fit!, calibrationSeconds: calibrate)
    retargeter.isMirrored = mirrored
    var bar = ProgressBar("watching")
    defer { bar.clear() }
    do {
      let track = try RetargetTrack(watching: film, faces: FaceFinder(files), retargeter: retargeter) { done in
        bar.show(done)
        return !Interruption.hasCome
      }
      guard let track else { throw ExitCode(130) }
      guard track.hasFace else {
        throw Failure(code: "no-face", "No face was found in the film; it should show one person from the front.")
      }
      return track
    } catch let error as FilmError {
      throw Failure("\(video): \(error.message)")
    }
  }

  private func openFilm() throws -> VideoReader {
    guard access(video, R_OK) == 0 else { throw Failure("\(video): \(String(cString: strerror(errno)).lowercased())") }
    do {
      return try VideoReader(path: video)
    } catch {
      throw Failure("\(video): \(error.message)")
    }
  }

  /// The sound that was asked for, or the film's own where it has one.
  private func openSound() throws -> AudioReader? {
    if let audio { return try SoundFile.open(audio) }
    do throws(FilmError) {
      return try AudioReader(path: video)
    } catch {
      if error == .noSound { return nil }
      throw Failure("\(video): \(error.message)")
    }
  }

  private func openScene(_ avatar: String, _ files: DataFiles) throws -> (engine: Engine, film: SpeakingFilm) {
    guard SpeakingFilm.canBeWritten(output) else { throw Failure(FilmError.unknownContainer, about: output) }
    let engine = try Engine(files, seed: film.seed)
    engine.mouthSource = mouth.value
    return (engine, try film.film(of: avatar, engine: engine))
  }

  /// - Returns: the number of pictures.
  private func shoot(
    _ scene: (engine: Engine, film: SpeakingFilm), _ track: RetargetTrack, _ sound: AudioReader?,
    _ texts: FilmOptions.Texts
  ) throws -> Int {
    scene.film.leastSeconds = track.seconds
    scene.film.prepare = { moment in
      if let pose = track.frame(at: moment)?.pose { scene.engine.follow(pose, over: 0) }
    }
    return try film.shoot(scene.film, sound, from: audio ?? video, to: output, fps: track.fps, texts: texts)
  }
}
