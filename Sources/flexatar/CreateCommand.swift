import ArgumentParser
import Creation
import Foundation
import Linear
import Photo
import Workshop

struct CreateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Makes an avatar of a photo, of several photos, or of a film.",
    discussion: """
      flexatar create me.jpg -o me.ftar
      flexatar create me.jpg smile.jpg blink.jpg -o me.ftar
      flexatar create me.mp4 -o me.ftar

      The photo (JPEG, PNG, WebP, HEIC, AVIF, TIFF or GIF) should show one person from the front, sharp, with open \
      eyes. A photo that will not do is refused: exit code 65, 'error: CODE: sentence' on the error output, nothing \
      written. CODE is one of no-face, many-faces, face-too-small, not-frontal, eyes-hidden, blurred, too-large, \
      unreadable; of a film also no-pictures and too-short. Further photos of the same person lend what the first one \
      does not show: teeth (a smile), shut lids, how deep the face is and how its sides look (from a side). One that \
      cannot is left out with a warning. Of a film (its first 30 seconds) the best pictures are taken.
      """)

  @Argument(help: "The photo, then up to 11 more of the same person; or a film.", completion: .file())
  var photos: [String]

  @Option(name: .shortAndLong, help: "The avatar to write (.ftar).", completion: .file(extensions: ["ftar"]))
  var output: String

  @Option(help: "Also write a small picture of it, a JPEG of 240x320 pixels.", completion: .file(extensions: ["jpg"]))
  var preview: String?

  @Option(help: "Take faces from so many pixels between the eyes; the fewer, the softer the avatar (30 to 80).")
  var minEyeDistance = 80

  @Option(
    help: """
      Which face of several: 1 the leftmost, or the one nearest to a place, X,Y in pixels of the upright photo; the \
      others are left out of the avatar.
      """)
  var face: FaceOption?

  @Flag(help: "Mark the avatar's pictures as made for testing.")
  var watermark = false

  @Flag(help: "Print seconds, bytes, landmarks (478 points in photo pixels) and warnings as JSON.")
  var json = false

  func validate() throws {
    guard 1...Self.mostPhotos ~= photos.count else {
      throw ValidationError("\(Self.mostPhotos) photos at most; the first is the portrait.")
    }
    if photos.count > 1, let film = photos.first(where: FilmMaterial.isFilm) {
      throw ValidationError("\(film) is a film; it is taken alone.")
    }
    try OutputPlace.check([output, preview], apartFrom: photos)
    guard 30...80 ~= minEyeDistance else { throw ValidationError("--min-eye-distance is a number from 30 to 80.") }
    if face != nil, FilmMaterial.isFilm(photos[0]) {
      throw ValidationError("--face chooses in a photo; a film has to show one person.")
    }
  }

  /// More add nothing, and take their time.
  private static let mostPhotos = 12

  func run() throws {
    try Failure.guarding {
      let files = try DataFiles.find()
      let maker = try AvatarMaker(files)
      maker.smallestEyeDistance = Float(minEyeDistance)
      maker.face = face?.choice
      maker.isMarked = watermark
      let watch = Stopwatch()
      var bar = ProgressBar("creating")
      defer { bar.clear() }
      let names: [String]
      let made: AvatarMaker.Made
      if FilmMaterial.isFilm(photos[0]) {
        let film = try FilmMaterial.watch(photos[0], files, smallestEyeDistance: Float(minEyeDistance))
        names = film.further.map { "second \(JSONText.decimal($0.time, digits: 2))" }
        made = try maker.make(film.portrait.pixels, further: film.further.map(\.pixels)) { bar.show(Double($0)) }
      } else {
        names = Array(photos.dropFirst())
        made = try maker.make(photo: photos[0], further: names) { bar.show(Double($0)) }
      }
      try FileBytes.write([(made.file, output)] + (preview.map { [(made.preview, $0)] } ?? []))
      let seconds = watch.seconds
      bar.clear()
      if json {
        Terminal.answer(report(made, names: names, seconds: seconds).text)
      } else {
        for warning in made.warnings { Terminal.say("warning: \(warning.code): \(warning.message)") }
        for (name, view) in zip(names, made.views) {
          if let refusal = view.refusal { Terminal.say("warning: \(refusal.code): \(name): \(refusal.message)") }
        }
        Terminal.say(
          "\(output): \((made.file.count + 500) / 1000) kB in \(JSONText.decimal(seconds, digits: 1)) s")
      }
    }
  }

  /// - Parameter names: of the further photos.
  private func report(_ made: AvatarMaker.Made, names: [String], seconds: Double) -> JSONText {
    var warnings: [JSONText] = made.warnings.map {
      .object([("code", .string($0.code)), ("message", .string($0.message))])
    }
    var views: [JSONText] = []
    for (name, view) in zip(names, made.views) {
      if let refusal = view.refusal {
        warnings.append(
          .object([("code", .string(refusal.code)), ("message", .string(refusal.message)), ("photo", .string(name))]))
      } else {
        views.append(.object([("photo", .string(name)), ("for", .array(view.uses.map { .string($0.name) }))]))
      }
    }
    return .object(
      [
        ("seconds", .number(seconds, digits: 3)), ("bytes", .integer(made.file.count)),
        (
          "landmarks",
          .array(made.landmarks.map { .array([.number(Double($0.x), digits: 2), .number(Double($0.y), digits: 2)]) })
        ),
        ("warnings", .array(warnings)),
      ] + (names.isEmpty ? [] : [("views", .array(views))]))
  }
}
