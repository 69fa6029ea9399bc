import Film
import Foundation
import Pixels
import Testing

@Suite("Films that broke off", .enabled(if: MediaFacts.isThere, "no ffprobe"))
struct FilmPartsTests {
  private func picture(_ number: Int) -> PixelBuffer {
    var picture = PixelBuffer(width: 128, height: 96, channels: 4)
    for i in 0..<128 * 96 {
      let value = UInt8((i % 128 * 3 + i / 128 * 2 + number * 5) & 255)
      for c in 0..<4 { picture.data[4 * i + c] = c == 3 ? value : UInt8(Int(value) * (c + 1) / 4) }
    }
    return picture
  }

  private func plan(_ path: String) -> FilmPlan {
    var plan = FilmPlan(width: 128, height: 96, fps: 5)
    plan.isTransparent = !path.hasSuffix(".mp4") && !path.hasSuffix(".mkv")
    plan.fingerprint = "the same"
    plan.subtitles = [Subtitle(start: 1, end: 2, text: "One"), Subtitle(start: 40, end: 99, text: "Two")]
    plan.chapters = [FilmPlan.Chapter(start: 0, title: "A"), FilmPlan.Chapter(start: 30, title: "B")]
    return plan
  }

  /// Writes pictures from the first that is not there up to `end`, and the sound up to it.
  private func write(_ path: String, _ plan: FilmPlan, to end: Int) throws -> VideoWriter {
    let writer = try VideoWriter(path: path, plan, audioRate: 16000)
    for i in 0..<end {
      if i >= writer.kept { try writer.write(frame: picture(i)) }
      try writer.write(samples: (0..<3200).map { sin(Float($0 + 3200 * i) * 0.1) * 0.3 })
    }
    return writer
  }

  private func decoded(_ path: String) throws -> String {
    let input = path.hasSuffix("/") ? path + "%05d.png" : path
    let decoder = path.hasSuffix(".webm") ? ["-c:v", "libvpx-vp9"] : []
    return try MediaFacts.run(
      "ffmpeg", ["-v", "error"] + decoder + ["-i", input, "-map", "0:v", "-map", "0:a?", "-f", "framemd5", "-"])
  }

  @Test(
    "One that goes on is the film that was never interrupted, and leaves nothing beside it",
    arguments: ["film.mp4", "film.mov", "film.mkv", "film.webm", "pictures/"])
  func goesOn(name: String) throws {
    let folder = try MediaFacts.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let whole = folder + "/whole-" + name
    try write(whole, plan(whole), to: 230).finish()

    let path = folder + "/" + name
    try write(path, plan(path), to: 100).suspend()
    #expect(!FileManager.default.fileExists(atPath: path))
    let writer = try write(path, plan(path), to: 230)
    #expect(writer.kept > 0 && writer.kept <= 100)
    try writer.finish()
    #expect(try decoded(path) == decoded(whole))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
  }

  @Test("Other things begin a new film; one film is made by one process at a time")
  func beginsAnew() throws {
    let folder = try MediaFacts.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/film.mp4"
    try write(path, plan(path), to: 100).suspend()
    var other = plan(path)
    other.fingerprint = "another"
    let writer = try write(path, other, to: 10)
    #expect(writer.kept == 0)
    #expect(throws: FilmError.busy) { try VideoWriter(path: path, plan(path), audioRate: nil) }
    try writer.finish()
    #expect(try MediaFacts.stream(path, "v:0", "nb_read_packets")["nb_read_packets"] == "10")
    var nameless = plan(path)
    nameless.fingerprint = nil
    try write(path, plan(path), to: 100).suspend()
    #expect(try VideoWriter(path: path, nameless, audioRate: nil).kept == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["film.mp4"])
  }

  @Test("Pictures go into an empty folder or a new one, and never over what is there")
  func keepsFolders() throws {
    let folder = try MediaFacts.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/pictures/"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try write(path, plan(path), to: 3).finish()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: path).sorted() == ["00000.png", "00001.png", "00002.png"])
    #expect(throws: FilmError.notEmpty) { try VideoWriter(path: path, plan(path), audioRate: nil) }
    #expect(throws: FilmError.noTransparency) { try VideoWriter(path: folder + "/a.mp4", transparent, audioRate: nil) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["pictures"])
  }

  private var transparent: FilmPlan {
    var plan = FilmPlan(width: 128, height: 96, fps: 5)
    plan.isTransparent = true
    return plan
  }
}
