import ArgumentParser
import Engine
import Film
import Performance
import Workshop

struct VideoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "video",
    abstract: "Films an avatar that speaks a sound file, or several people in a dialogue.",
    discussion: """
      flexatar video me.ftar hello.wav -o hello.mp4
      flexatar video me.ftar hello.wav --size 1280x720 --fps 30 --background office.jpg --emotion joy=0.6 -o hello.webm
      flexatar video me.ftar hello.wav --background none -o hello.mov
      flexatar video --dialogue talk.json talk.wav --size 1280x720 --subtitles talk.srt --burn -o talk.mp4

      A film that broke off goes on where it was when the same command is given again.
      """)

  @Argument(help: "The avatar, and any file with a sound track; with --dialogue the sound alone.", completion: .file())
  var inputs: [String] = []

  @Option(
    help: "A dialogue: two to four speakers, what they look like and when they speak; JSON.",
    completion: .file(extensions: ["json"]))
  var dialogue: String?

  @Option(
    help: "What is said: start, end (seconds) and phone or viseme a line, with tabs between; or JSON.",
    completion: .file(extensions: ["tsv", "json"]))
  var phones: String?

  @Option(
    name: .shortAndLong, help: "The film to write: .mp4, .mov, .mkv or .webm; FOLDER/ or NAME-%05d.png for pictures.",
    completion: .file())
  var output: String

  @Option(help: "Pictures a second, 1 to 120.")
  var fps = 25.0

  @OptionGroup var film: FilmOptions

  @Flag(help: "Left and right change places.")
  var mirrored = false

  @Option(
    help: "An emotion held throughout: joy, anger, sadness, surprise, disgust, confusion; =0 to 1 for its strength.")
  var emotion: [EmotionSetting] = []

  @Option(help: "Friendliness between words, 0 to 1.")
  var mood = Performer.ordinaryFriendliness

  @Option(help: "How much the head moves: calm, lively or silent.")
  var headMotion = Choice(HeadMotionStyle.calm)

  @Flag(help: "Nothing moves but the mouth.")
  var still = false

  @Flag(help: "What is done is kept when the film is interrupted, too, not only when the program is killed.")
  var resume = false

  @Flag(help: "Print output, seconds, bytes, frames, filmSeconds, width, height and fps as JSON.")
  var json = false

  func validate() throws {
    guard 1...120 ~= fps else { throw ValidationError("--fps is a number from 1 to 120.") }
    guard 0...1 ~= mood else { throw ValidationError("--mood is a number from 0 to 1.") }
    try film.validate(output: output, hasText: dialogue != nil, inputs: inputs + [dialogue, phones])
    if dialogue == nil {
      guard inputs.count == 2 else { throw ValidationError("Name an avatar and a file with sound.") }
    } else {
      guard inputs.count <= 1 else { throw ValidationError("With --dialogue only a file with sound is named.") }
      guard phones == nil else { throw ValidationError("--phones is for one speaker, not for a dialogue.") }
      guard film.scene.second == nil else { throw ValidationError("--second is for one speaker, not for a dialogue.") }
    }
  }

  func run() throws {
    try Failure.guarding {
      let watch = Stopwatch()
      let frames = try dialogue.map(shoot(dialogue:)) ?? shoot(inputs[0], inputs[1])
      if json {
        Terminal.answer(
          try Outcome(
            output, watch, files: SpeakingFilm.pictures(of: output, count: frames),
            [
              ("frames", .integer(frames)), ("filmSeconds", .number(Double(frames) / fps, digits: 6)),
              ("width", .integer(film.size.width)), ("height", .integer(film.size.height)),
              ("fps", .number(fps, digits: 6)),
            ]
          ).text)
      }
    }
  }

  private func shoot(_ avatar: String, _ audio: String) throws -> Int {
    let engine = try engine(DataFiles.find(), seed: film.seed)
    if let phones { engine.schedule(try ScriptFile.read(phones)) }
    let scene = try film.film(of: avatar, engine: engine, isMirrored: mirrored)
    scene.keepsParts = resume
    let sound = try SoundFile.open(audio)
    return try film.shoot(
      scene, sound, from: audio, to: output, fps: fps, texts: film.texts(),
      fingerprint: fingerprint(avatars: [avatar], sounds: [audio]))
  }

  private func shoot(dialogue path: String) throws -> Int {
    let dialogue = try DialogueFile(path)
    guard dialogue.hasSounds == inputs.isEmpty else {
      throw Failure(
        dialogue.hasSounds
          ? "\(path): its speakers have audio files; no other sound is taken."
          : "\(path): its speakers have no audio files; name one with all of them.")
    }
    let files = try DataFiles.find()
    try OutputPlace.check([output], apartFrom: dialogue.speakers.flatMap { [$0.avatar, $0.audio] })
    let engines = try dialogue.speakers.indices.map { try engine(files, seed: film.seed &+ UInt64($0)) }
    let scene = SpeakingFilm(
      try zip(dialogue.speakers, engines).map { try film.actor($0.avatar, engine: $1, isMirrored: mirrored) })
    scene.framing = film.framing.value
    scene.keepsParts = resume
    if !still {
      scene.prepare =
        DialogueAttention(
          engines, turns: dialogue.turns, width: film.size.width, height: film.size.height, isMirrored: mirrored
        ).direct
    }
    let sounds = dialogue.hasSounds ? dialogue.speakers.compactMap(\.audio) : inputs
    let sound: DialogueSound
    do {
      sound =
        dialogue.hasSounds
        ? try DialogueSound(sounds) : DialogueSound(try SoundFile.open(inputs[0]), turns: dialogue.turns)
    } catch let error as DialogueSoundError {
      throw Failure("\(error.path): \(error.reason.message)")
    }
    return try film.shoot(
      scene, sound, from: sound.unreadable ?? sounds[0], to: output, fps: fps, texts: film.texts(dialogue),
      chapters: dialogue.chapters,
      fingerprint: fingerprint(avatars: dialogue.speakers.map(\.avatar), sounds: sounds))
  }

  private func engine(_ files: DataFiles, seed: UInt64) throws -> Engine {
    let engine = try Engine(files, seed: seed)
    engine.headMotion = headMotion.value
    engine.setMood(friendly: mood)
    engine.isAlive = !still
    for setting in emotion { engine.set(setting.emotion, to: setting.strength, fade: 0) }
    return engine
  }

  private func fingerprint(avatars: [String], sounds: [String]) -> String? {
    var mark = FilmFingerprint()
    for avatar in avatars { mark.add("avatar", file: avatar) }
    for sound in sounds { mark.add("sound", file: sound) }
    mark.add("dialogue", file: dialogue)
    mark.add("phones", file: phones)
    mark.add("second", file: film.scene.second)
    if film.burn { mark.add("subtitles", file: film.subtitles) }
    // A picture counts by what is in it, wherever it lies.
    var background = "\(film.scene.background)"
    if case .file(let path) = film.scene.background {
      mark.add("background", file: path)
      background = "picture"
    }
    mark.add("scene", "\(background) \(film.scene.mix ?? -1) \(film.scene.mixKind) \(film.mixSwing ?? 0)")
    mark.add("frame", "\(film.scene.round) \(mirrored)")
    mark.add("face", "\(film.framing) \(film.seed) \(emotion) \(mood) \(headMotion) \(still) \(film.burn)")
    return mark.text
  }
}
