import ArgumentParser
import Engine
import Performance
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

  @Option(help: "Pictures a second, 1 to 120.")
  var fps = 25.0

  @OptionGroup var film: FilmOptions

  @Option(
    help: "An emotion held throughout: joy, anger, sadness, surprise, disgust, confusion; =0 to 1 for its strength.")
  var emotion: [EmotionSetting] = []

  @Option(help: "Friendliness between words, 0 to 1.")
  var mood = Performer.ordinaryFriendliness

  @Option(help: "How much the head moves: calm, lively or silent.")
  var headMotion = HeadMotionStyle.calm

  @Flag(help: "Nothing moves but the mouth.")
  var still = false

  @Flag(help: "Print output, seconds, bytes, frames, filmSeconds, width, height and fps as JSON.")
  var json = false

  func validate() throws {
    guard 1...120 ~= fps else { throw ValidationError("--fps is a number from 1 to 120.") }
    guard 0...1 ~= mood else { throw ValidationError("--mood is a number from 0 to 1.") }
  }

  func run() throws {
    try Failure.guarding {
      let watch = Stopwatch()
      let files = try DataFiles.find()
      let engine = try Engine(files, seed: film.seed)
      engine.headMotion = headMotion
      engine.setMood(friendly: mood)
      engine.isAlive = !still
      if let phones { engine.schedule(try ScriptFile.read(phones)) }
      for setting in emotion { engine.set(setting.emotion, to: setting.strength, fade: 0) }
      let scene = try film.film(of: avatar, engine: engine)
      let frames = try film.shoot(scene, SoundFile.open(audio), from: audio, to: output, fps: fps)
      if json {
        Terminal.answer(
          try Outcome(
            output, watch,
            [
              ("frames", .integer(frames)), ("filmSeconds", .number(Double(frames) / fps, digits: 6)),
              ("width", .integer(film.size.width)), ("height", .integer(film.size.height)),
              ("fps", .number(fps, digits: 6)),
            ]
          ).text)
      }
    }
  }
}
