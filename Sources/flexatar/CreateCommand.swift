import ArgumentParser
import Linear
import Photo
import Workshop

struct CreateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Makes an avatar of a photo.",
    discussion: """
      The photo (JPEG, PNG, WebP, HEIC, AVIF, TIFF or GIF) should show one person from the front, sharp, with open \
      eyes. A photo that will not do is refused: exit code 65, 'error: CODE: sentence' on the error output, nothing \
      written. CODE is one of no-face, many-faces, face-too-small, not-frontal, eyes-hidden, blurred, too-large, \
      unreadable.
      """)

  @Argument(help: "The photo.", completion: .file())
  var photo: String

  @Option(name: .shortAndLong, help: "The avatar to write (.ftar).", completion: .file(extensions: ["ftar"]))
  var output: String

  @Option(help: "Also write a small picture of it, a JPEG of 240x320 pixels.", completion: .file(extensions: ["jpg"]))
  var preview: String?

  @Option(help: "Take faces from so many pixels between the eyes; the fewer, the softer the avatar (30 to 80).")
  var minEyeDistance = 80

  @Option(help: "Which face of several, counted from the left; the others are left out of the avatar.")
  var face: Int?

  @Flag(help: "Mark the avatar's pictures as made for testing.")
  var watermark = false

  @Flag(help: "Print seconds, bytes, landmarks (478 points in photo pixels) and warnings as JSON.")
  var json = false

  func validate() throws {
    guard 30...80 ~= minEyeDistance else { throw ValidationError("--min-eye-distance is a number from 30 to 80.") }
    if let face, face < 1 { throw ValidationError("--face counts from 1.") }
  }

  func run() throws {
    try Failure.guarding {
      let maker = try AvatarMaker(DataFiles.find())
      maker.smallestEyeDistance = Float(minEyeDistance)
      maker.face = face
      maker.isMarked = watermark
      let watch = Stopwatch()
      var bar = ProgressBar("creating")
      defer { bar.clear() }
      let made = try maker.make(photo: photo) { bar.show(Double($0)) }
      if let preview { try FileBytes.write(made.preview, to: preview) }
      do {
        try FileBytes.write(made.file, to: output)
      } catch {
        // Both files or none.
        if let preview { FileBytes.remove(preview) }
        throw error
      }
      let seconds = watch.seconds
      bar.clear()
      if json {
        Terminal.answer(report(made, seconds: seconds).text)
      } else {
        for warning in made.warnings { Terminal.say("warning: \(warning.code): \(warning.message)") }
        Terminal.say(
          "\(output): \((made.file.count + 500) / 1000) kB in \(JSONText.decimal(seconds, digits: 1)) s")
      }
    }
  }

  private func report(_ made: AvatarMaker.Made, seconds: Double) -> JSONText {
    .object([
      ("seconds", .number(seconds, digits: 3)), ("bytes", .integer(made.file.count)),
      (
        "landmarks",
        .array(made.landmarks.map { .array([.number(Double($0.x), digits: 2), .number(Double($0.y), digits: 2)]) })
      ),
      (
        "warnings",
        .array(
          made.warnings.map { .object([("code", .string("\($0.code)")), ("message", .string("\($0.message)"))]) })
      ),
    ])
  }
}
