import ArgumentParser
import Engine
import Film
import Performance
import Stage
import Photo
import Pixels
import Workshop

struct VideoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "video",
    abstract: "Films an avatar that speaks a sound file.",
    discussion: """
      flexatar video me.ftar hello.wav -o hello.mp4
      flexatar video me.ftar hello.wav --size 1280x720 --fps 30 --background office.jpg --emotion joy=0.6 -o hello.webm
      """)

  @Argument(help: "The avatar.", completion: .file(extensions: ["ftar"]))
  var avatar: String

  @Argument(help: "Any file with a sound track.", completion: .file())
  var audio: String

  @Option(
    help: "What is said: start, end (seconds) and phone or viseme a line, with tabs between.",
    completion: .file(extensions: ["tsv"]))
  var phones: String?

  @Option(name: .shortAndLong, help: "The film to write: .mp4, .mov, .mkv or .webm.", completion: .file())
  var output: String

  @Option(help: "Size in pixels, even numbers.")
  var size = PictureSize(width: 512, height: 512)

  @Option(help: "Pictures a second, 1 to 120.")
  var fps = 25.0

  @Option(help: "close, portrait or shoulders: more and more of the person. photo: the photo's own frame.")
  var framing = Framing.portrait

  @OptionGroup var scene: SceneOptions

  @Option(
    help: "An emotion held throughout: joy, anger, sadness, surprise, disgust, confusion; =0 to 1 for its strength.")
  var emotion: [EmotionSetting] = []

  @Option(help: "Friendliness between words, 0 to 1.")
  var mood = Performer.ordinaryFriendliness

  @Option(help: "How much the head moves: calm, lively or silent.")
  var headMotion = HeadMotionStyle.calm

  @Flag(help: "Nothing moves but the mouth.")
  var still = false

  @Option(help: "Another number, other blinks and glances.")
  var seed: UInt64 = 1

  @Flag(help: "Print output, seconds, bytes, frames, filmSeconds, width, height and fps as JSON.")
  var json = false

  func validate() throws {
    try size.validateForFilm()
    guard 1...120 ~= fps else { throw ValidationError("--fps is a number from 1 to 120.") }
    guard 0...1 ~= mood else { throw ValidationError("--mood is a number from 0 to 1.") }
    try scene.validateForFilm()
  }

  func run() throws {
    try Failure.guarding {
      let watch = Stopwatch()
      let files = try DataFiles.find()
      let engine = try Engine(files, seed: seed)
      engine.headMotion = headMotion
      engine.setMood(friendly: mood)
      engine.isAlive = !still
      if let phones { engine.schedule(try ScriptFile.read(phones)) }
      for setting in emotion { engine.set(setting.emotion, to: setting.strength, fade: 0) }
      let offscreen = try Offscreen(rig: engine.rig)
      let (_, mix) = try scene.load(into: offscreen, avatar: avatar, rig: engine.rig)
      let reader = try SoundFile.open(audio)
      Interruption.expect()
      let film = SpeakingFilm(engine: engine, offscreen: offscreen)
      film.mix = mix
      film.framing = framing
      var bar = ProgressBar("filming")
      defer { bar.clear() }
      var frames = 0
      do {
        let finished = try film.shoot(reader, to: output, width: size.width, height: size.height, fps: fps) { done in
          bar.show(done)
          frames += 1
          return !Interruption.hasCome
        }
        guard finished else { throw ExitCode(130) }
      } catch let error as FilmError {
        // What is wrong with the film names the film, what is wrong with the sound the sound.
        throw Failure("\(error.isAboutSound ? audio : output): \(error.message)")
      }
      bar.clear()
      if json {
        Terminal.answer(
          try Outcome(
            output, watch,
            [
              ("frames", .integer(frames)), ("filmSeconds", .number(Double(frames) / fps, digits: 6)),
              ("width", .integer(size.width)), ("height", .integer(size.height)), ("fps", .number(fps, digits: 6)),
            ]
          ).text)
      }
    }
  }
}
