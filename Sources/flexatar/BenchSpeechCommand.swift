import ArgumentParser
import Film
import Glibc
import Speech
import Workshop

struct BenchSpeechCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "speech",
    abstract: "Measures how well and how fast the mouth follows speech.",
    discussion: """
      FOLDER holds, at any depth, sound files (CLIP.flac or CLIP.wav) with CLIP.phones.tsv beside them: start, end \
      (seconds) and ARPABET phone a line. All clips are scored together. Without a folder only the cost is measured, on a \
      sound made for it.
      """)

  @Argument(help: "Clips with their phones.", completion: .directory)
  var folder: String?

  @Flag(help: "Answer in JSON.")
  var json = false

  /// Seconds of the sound that is made where there is no folder.
  private static let seconds = 20

  func run() throws {
    try Failure.guarding {
      let figures = try folder.map(score) ?? cost()
      if json {
        Terminal.answer(JSONText.object([("figures", .array(figures.map(\.json)))]).text)
      } else {
        figures.forEach { Terminal.answer($0.line) }
      }
    }
  }

  private func cost() throws -> [BenchFigure] {
    let track = try VoiceTrack(model: DataFiles.find().bytes(.speech))
    let watch = Stopwatch()
    try track.feed(BenchVoice.samples(seconds: Self.seconds), sampleRate: Double(BenchVoice.rate)) { _, _ in }
    track.finish { _, _ in }
    return Self.pace(delay: track.delaySeconds, share: watch.seconds / Double(Self.seconds))
  }

  private func score(_ folder: String) throws -> [BenchFigure] {
    let clips = try Self.clips(in: folder)
    guard !clips.isEmpty else { throw Failure("\(folder): no sound file has a .phones.tsv beside it.") }
    let model = try DataFiles.find().bytes(.speech)
    var score = SpeechScore()
    var (spent, seconds, delay) = (0.0, 0.0, 0.0)
    var bar = ProgressBar("tracking")
    defer { bar.clear() }
    for (index, clip) in clips.enumerated() {
      bar.show(Double(index) / Double(clips.count))
      let reader = try SoundFile.open(clip.sound)
      let rate = Double(reader.sampleRate)
      let track = try VoiceTrack(model: model)
      var answers: [Viseme] = []
      var samples = 0
      do {
        while let block = try reader.next() {
          let watch = Stopwatch()
          try track.feed(block.mono, sampleRate: rate) { frame, _ in answers.append(frame.visemes.strongest) }
          spent += watch.seconds
          samples += block.mono.count
        }
      } catch let error as FilmError {
        throw Failure("\(clip.sound): \(error.message)")
      }
      track.finish { frame, _ in answers.append(frame.visemes.strongest) }
      delay = track.delaySeconds
      seconds += Double(samples) / rate
      score.add(labels: try ScriptFile.labels(clip.phones, seconds: Double(samples) / rate), answers: answers)
    }
    return [
      BenchFigure(name: "clips", value: Double(clips.count), unit: ""),
      BenchFigure(name: "sound", value: seconds, unit: "s"),
      BenchFigure(name: "accuracy", value: score.accuracy, unit: "of frames", bar: .atLeast(0.72)),
      BenchFigure(name: "macro-F1", value: score.macroF1, unit: "", bar: .atLeast(0.66)),
      BenchFigure(name: "PBM recall", value: score.lips.recall, unit: "+-20 ms", bar: .atLeast(0.85)),
      BenchFigure(name: "PBM precision", value: score.lips.precision, unit: "+-20 ms", bar: .atLeast(0.65)),
      BenchFigure(name: "FV recall", value: score.lipOnTeeth.recall, unit: "+-40 ms", bar: .atLeast(0.8)),
      BenchFigure(name: "FV precision", value: score.lipOnTeeth.precision, unit: "+-40 ms"),
      BenchFigure(name: "changes", value: score.changesPerSecond, unit: "a second", bar: .atMost(11.5)),
    ] + Self.pace(delay: delay, share: spent / max(seconds, 1e-6))
  }

  private static func pace(delay: Double, share: Double) -> [BenchFigure] {
    [
      BenchFigure(name: "delay", value: delay * 1000, unit: "ms", bar: .atMost(100)),
      BenchFigure(name: "cost", value: share, unit: "of real time", bar: .atMost(0.02)),
    ]
  }

  /// The sound files below `folder` that have their phones beside them, in order of name.
  private static func clips(in folder: String) throws -> [(sound: String, phones: String)] {
    guard let listing = opendir(folder) else {
      throw Failure("\(folder): \(String(cString: strerror(errno)).lowercased())")
    }
    defer { closedir(listing) }
    var clips: [(sound: String, phones: String)] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      let path = folder + "/" + name
      if entry.pointee.d_type == DT_DIR {
        if !name.hasPrefix(".") { clips += try Self.clips(in: path) }
      } else if let dot = path.lastIndex(of: "."), [".flac", ".wav"].contains(String(path[dot...])) {
        let phones = String(path[..<dot]) + ".phones.tsv"
        if access(phones, R_OK) == 0 { clips.append((path, phones)) }
      }
    }
    return clips.sorted { $0.sound < $1.sound }
  }
}
