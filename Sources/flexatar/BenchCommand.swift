import ArgumentParser
import Avatar
import Engine
import Film
import Head
import Linear
import Performance
import Photo
import Speech
import Stage
import Workshop

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures creation, speech and drawing on this machine.",
    discussion: "Each figure is the median of several runs. Creation needs the vision models and a photo.")

  @Option(help: "The photo to create from; the default portrait otherwise.", completion: .file())
  var photo: String?

  @Flag(help: "Answer in JSON.")
  var json = false

  func run() throws {
    try Failure.guarding {
      let files = try DataFiles.find()
      let path = photo ?? files.root + "/cache/portrait.png"
      var figures: [(name: String, value: Double, unit: String)] = []
      func add(_ name: String, _ value: Double, _ unit: String) {
        figures.append((name, value, unit))
        if !json { Terminal.answer(Self.line(name, value, unit)) }
      }

      add("loadModels", try Self.milliseconds(runs: 3) { _ = try AvatarMaker(files) }, "ms")
      let maker = try AvatarMaker(files)
      var made: AvatarMaker.Made?
      add("create", try Self.milliseconds(runs: 5) { made = try maker.make(photo: path) }, "ms")
      guard let file = made?.file else { return }
      add("avatar", Double(file.count) / 1000, "kB")

      let rig = try files.rig()
      let offscreen = try Offscreen(rig: rig)
      add("loadAvatar", try Self.milliseconds(runs: 5) { try offscreen.show(file, rig: rig) }, "ms")

      let voice = Self.voice(seconds: 10)
      let model = try files.bytes(.speech)
      add(
        "speechPerSecond",
        try Self.milliseconds(runs: 3) {
          let tracker = try SpeechTracker(model: model)
          try voice.withUnsafeBufferPointer { try tracker.feed($0, sampleRate: 48_000) }
          tracker.finish()
        } / 10, "ms")

      let engine = try Engine(files)
      try voice.withUnsafeBufferPointer { try engine.feed($0, sampleRate: 48_000) }
      var time = 9.5
      add(
        "pose",
        try Self.milliseconds(runs: 300) {
          time += 0.001
          engine.frame(at: time)
        } * 1000, "us")
      var picture = try offscreen.render(engine.pose, framing: .portrait, width: 512, height: 512)
      add(
        "draw512",
        try Self.milliseconds(runs: 30) {
          time += 0.04
          engine.frame(at: time)
          try offscreen.render(engine.pose, framing: .portrait, into: &picture)
        }, "ms")
      if json {
        Terminal.answer(
          JSONText.object(figures.map { ("\($0.name)_\($0.unit)", .number($0.value, digits: 4)) }).text)
      }
    }
  }

  private static func line(_ name: String, _ value: Double, _ unit: String) -> String {
    let number = JSONText.decimal(value, digits: value < 10 ? 3 : 1)
    return name + String(repeating: " ", count: max(1, 20 - name.count))
      + String(repeating: " ", count: max(0, 10 - number.count)) + number + " " + unit
  }

  /// Median time of `body`, after one run that does not count.
  private static func milliseconds(runs: Int, _ body: () throws -> Void) throws -> Double {
    let clock = ContinuousClock()
    try body()
    var times: [Duration] = []
    for _ in 0..<runs { times.append(try clock.measure(body)) }
    let median = times.sorted()[runs / 2]
    return Double(median.components.seconds) * 1000 + Double(median.components.attoseconds) * 1e-15
  }

  /// Something like a voice at 48 kHz: a buzz that swells four times a second. Its content does not change the cost.
  private static func voice(seconds: Int) -> [Float] {
    var samples = [Float](repeating: 0, count: seconds * 48_000)
    for i in samples.indices {
      let swell = Float(i % 12_000) / 12_000
      samples[i] = (Float(i % 400) / 200 - 1) * 0.4 * swell
    }
    return samples
  }
}
