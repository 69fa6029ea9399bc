import ArgumentParser
import Avatar
import Engine
import Face
import Film
import Glibc
import Photo
import Pixels
import Speech
import Stage
import Workshop

struct BenchMachineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine",
    abstract: "Measures creation, speech, drawing and filming on this machine.",
    discussion: """
      Each figure is the median of several runs, films apart, beside what two cores without a graphics card ought to \
      reach. Needs the vision models; the photo is the default portrait enlarged to 1000x1000 unless another is given.
      """)

  @Option(help: "The photo to create from; the default portrait otherwise.", completion: .file())
  var photo: String?

  @Option(help: "Seconds of film to shoot.")
  var filmSeconds = 4

  @Flag(help: "Answer in JSON.")
  var json = false

  func validate() throws {
    guard 1...600 ~= filmSeconds else { throw ValidationError("--film-seconds is a number from 1 to 600.") }
  }

  func run() throws {
    try Failure.guarding {
      var figures: [BenchFigure] = []
      try measure { figure in
        figures.append(figure)
        if !json { Terminal.answer(figure.line) }
      }
      if json { Terminal.answer(JSONText.object([("figures", .array(figures.map(\.json)))]).text) }
    }
  }

  private func measure(_ add: (BenchFigure) -> Void) throws {
    let files = try DataFiles.find()
    let pixels = try picture(files)

    let finder = try FaceFinder(files)
    guard let face = finder.faces(in: pixels).first else { throw Failure(.noFace) }
    var seconds = Stopwatch.median(runs: 9) {
      _ = finder.faces(in: pixels)
      _ = finder.landmarks(in: pixels, face: face)
    }
    add(BenchFigure(name: "landmarks", value: seconds * 1000, unit: "ms", bar: .atMost(60)))

    let maker = try AvatarMaker(files)
    maker.smallestEyeDistance = photo == nil ? DataFiles.portraitEyeDistance : maker.smallestEyeDistance
    // A file, as users have it: decoding is part of the time.
    let file = try Photo.encodePNG(pixels)
    var made: AvatarMaker.Made?
    seconds = try Stopwatch.median(runs: 3) {
      do { made = try maker.make(Photo(bytes: file)) } catch let error as AvatarMakerError { throw Failure(error) }
    }
    guard let made else { return }
    add(BenchFigure(name: "create", value: seconds, unit: "s", bar: .atMost(2.5)))
    add(BenchFigure(name: "avatar", value: Double(made.file.count) / 1000, unit: "kB", bar: .atMost(500)))

    let voice = BenchVoice.samples(seconds: filmSeconds)
    let model = try files.bytes(.speech)
    seconds = try Stopwatch.median(runs: 3) {
      let tracker = try SpeechTracker(model: model)
      try voice.withUnsafeBufferPointer { try tracker.feed($0, sampleRate: Double(BenchVoice.rate)) }
      tracker.finish()
    }
    // The share of one core that listening takes.
    add(BenchFigure(name: "speech", value: seconds / Double(filmSeconds), unit: "of real time"))

    let engine = try Engine(files)
    try engine.load(avatar: made.file, slot: 0)
    try voice.withUnsafeBufferPointer { try engine.feed($0, sampleRate: Double(BenchVoice.rate)) }
    let deformer = Deformer(rig: engine.rig)
    engine.avatar(slot: 0).map { deformer.load($0, slot: 0) }
    var time = Double(filmSeconds) - 0.9
    func nextFrame() {
      time += 0.001
      engine.frame(at: time)
    }
    seconds = Stopwatch.median(runs: 300) {
      nextFrame()
      deformer.deform(engine.pose)
    }
    add(BenchFigure(name: "deform", value: seconds * 1000, unit: "ms", bar: .atMost(2)))

    let stages = try Offscreen.several(rig: engine.rig)
    try stages.show(made.file, rig: engine.rig)
    var drawn = PixelBuffer(width: 512, height: 512, channels: 4)
    seconds = try Stopwatch.median(runs: 30) {
      nextFrame()
      try stages[0].render(engine.pose, framing: .portrait, into: &drawn)
    }
    add(BenchFigure(name: "draw", value: seconds * 1000, unit: "ms"))
    add(
      BenchFigure(
        name: "video", value: try film(voice, engine, stages), unit: "times real time", bar: .atLeast(4)))
  }

  /// How much faster than real time a film of 512x512 at 25 pictures a second is made, sound and all.
  private func film(_ voice: [Float], _ engine: Engine, _ stages: [Offscreen]) throws -> Double {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let sound = try FileBytes.temporary(beside: folder + "/flexatar-bench.wav")
    defer { FileBytes.remove(sound) }
    let output = try FileBytes.temporary(beside: folder + "/flexatar-bench.mp4")
    defer { FileBytes.remove(output) }
    try FileBytes.write(WaveFile.bytes(voice, rate: BenchVoice.rate), to: sound)
    let watch = Stopwatch()
    try SpeakingFilm([SpeakingFilm.Actor(engine: engine, stages: stages)]).shoot(
      SoundFile.open(sound), to: output, FilmPlan(width: 512, height: 512, fps: 25))
    return Double(filmSeconds) / watch.seconds
  }

  /// The photo that avatars are made of.
  private func picture(_ files: DataFiles) throws -> PixelBuffer {
    do {
      if let photo { return try Photo.decode(path: photo) }
      guard access(files.portrait, R_OK) == 0 else { throw SetUpError.missing(file: files.portrait) }
      return try Photo.resized(Photo.decode(path: files.portrait), width: 1000, height: 1000)
    } catch let error as PhotoError {
      throw Failure(AvatarMakerError(error))
    }
  }
}
