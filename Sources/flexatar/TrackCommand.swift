import ArgumentParser
import Film
import Head
import Photo
import Speech
import Workshop

struct TrackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "track",
    abstract: "Writes down how a mouth moves to a voice, a line of JSON a frame.",
    discussion: """
      The streaming path of the browser, run over a file. First a header line with audioSeconds, fps, delayMs and the \
      names of visemes and blendshapes; then a line a frame: t is the time of the original sound that the frame is \
      shown with, v the visemes' weights, b the blendshapes of the mouth.
      """)

  @Argument(help: "Any file with a sound track.", completion: .file())
  var audio: String

  @Option(
    help: "What is said: start, end (seconds) and phone or viseme a line, with tabs between; or JSON.",
    completion: .file(extensions: ["tsv", "json"]))
  var phones: String?

  @Option(name: .shortAndLong, help: "The file to write (.jsonl).", completion: .file(extensions: ["jsonl"]))
  var output: String

  @Flag(help: "Print output, seconds, bytes, frames, audioSeconds and delayMs as JSON.")
  var json = false

  func validate() throws { try OutputPlace.check([output], apartFrom: [audio, phones]) }

  func run() throws {
    try Failure.guarding {
      let watch = Stopwatch()
      let track = try VoiceTrack(
        model: DataFiles.find().bytes(.speech), script: phones.map(ScriptFile.read) ?? Script())
      let reader = try SoundFile.open(audio)
      var bar = ProgressBar("tracking")
      defer { bar.clear() }

      var lines = TrackLines()
      var samples = 0
      let rate = Double(reader.sampleRate)
      do {
        while let block = try reader.next() {
          try track.feed(block.mono, sampleRate: rate) { lines.add($0, $1) }
          samples += block.mono.count
          if let total = reader.estimatedSeconds { bar.show(Double(samples) / rate / total) }
        }
      } catch let error as FilmError {
        throw Failure("\(audio): \(error.message)")
      } catch let error as SpeechError {
        throw Failure("\(audio): \(error.message)")
      }
      track.finish { lines.add($0, $1) }
      let audioSeconds = Double(samples) / rate
      let header = TrackLines.header(audioSeconds: audioSeconds, delaySeconds: track.delaySeconds)
      try FileBytes.write(header + lines.bytes, to: output)
      bar.clear()
      if json {
        Terminal.answer(
          try Outcome(
            output, watch,
            [
              ("frames", .integer(lines.count)), ("audioSeconds", .number(audioSeconds, digits: 6)),
              ("delayMs", .number(track.delaySeconds * 1000, digits: 3)),
            ]
          ).text)
      }
    }
  }
}
