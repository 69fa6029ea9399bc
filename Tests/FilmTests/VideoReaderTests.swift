import Film
import Foundation
import Testing

@Suite("Films that come in", .enabled(if: MediaFacts.isThere, "no ffmpeg"))
struct VideoReaderTests {
  /// Writes a film with ffmpeg and calls `body` with its path.
  private func film(_ name: String, _ arguments: [String], _ body: (String) throws -> Void) throws {
    let folder = try MediaFacts.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/" + name
    _ = try MediaFacts.run("ffmpeg", ["-v", "error"] + arguments + [path])
    try body(path)
  }

  private func pictures(_ path: String) throws -> [VideoReader.Picture] {
    let reader = try VideoReader(path: path)
    var list: [VideoReader.Picture] = []
    while let picture = try reader.next() { list.append(picture) }
    return list
  }

  @Test(arguments: ["a.mp4", "a.webm", "a.mkv", "a.avi"])
  func everyPictureComesWithItsTime(name: String) throws {
    try film(name, ["-f", "lavfi", "-i", "testsrc=s=320x240:r=20:d=1"]) { path in
      let list = try pictures(path)
      #expect(list.count == 20)
      for (k, picture) in list.enumerated() { #expect(abs(picture.time - Double(k) / 20) < 0.002) }
      #expect(list[0].pixels.width == 320 && list[0].pixels.height == 240 && list[0].pixels.channels == 3)
      #expect(try VideoReader(path: path).fps == 20)
    }
  }

  @Test func picturesBeforeAMomentArePassedOver() throws {
    try film("a.mp4", ["-f", "lavfi", "-i", "testsrc=s=320x240:r=20:d=1"]) { path in
      let all = try pictures(path)
      let reader = try VideoReader(path: path)
      let tenth = try #require(try reader.next(from: 0.42))
      #expect(abs(tenth.time - 0.45) < 0.002 && tenth.pixels.data == all[9].pixels.data)
      // A moment that has gone by passes nothing over.
      let eleventh = try #require(try reader.next(from: 0.2))
      #expect(abs(eleventh.time - 0.5) < 0.002 && eleventh.pixels.data == all[10].pixels.data)
      // The end is no damage, however far behind it the moment lies.
      #expect(try reader.next(from: 5) == nil)
      #expect(try VideoReader(path: path).next(from: 5) == nil)
    }
  }

  @Test func timesThatNoFilmHasAreDamage() throws {
    let arguments = [
      "-f", "lavfi", "-i", "testsrc=s=64x64:r=20:d=1", "-vf", "setpts=if(gte(N\\,10)\\,PTS+3e6/TB\\,PTS)", "-fps_mode",
      "passthrough", "-c:v", "mjpeg",
    ]
    try film("a.mkv", arguments) { path in
      #expect(throws: FilmError.unreadablePictures) { try pictures(path) }
    }
  }

  @Test func timeBeginsWithTheSound() throws {
    // The sound begins 0.4 s after the picture.
    let arguments = [
      "-f", "lavfi", "-i", "testsrc=s=64x64:r=25:d=2", "-itsoffset", "0.4", "-f", "lavfi", "-i", "sine=d=1", "-map",
      "0",
      "-map", "1", "-c:a", "pcm_s16le",
    ]
    try film("a.mkv", arguments) { path in
      let first = try pictures(path)[0]
      #expect(abs(first.time + 0.4) < 0.002)
      let heard = try #require(try VideoReader(path: path).next(from: -0.001))
      #expect(abs(heard.time) < 0.002)
    }
  }

  @Test func aTurnedFilmIsSetUpright() throws {
    // Red above blue, and a mark that says which way the telephone was held.
    let source = ["-f", "lavfi", "-i", "color=red:s=64x48:d=0.2", "-f", "lavfi", "-i", "color=blue:s=64x48:d=0.2"]
    try film("flat.mp4", source + ["-filter_complex", "vstack", "-pix_fmt", "yuv420p"]) { flat in
      let turned = flat + ".turned.mp4"
      _ = try MediaFacts.run(
        "ffmpeg", ["-v", "error", "-i", flat, "-c", "copy", "-metadata:s:v:0", "rotate=90", turned])
      let raw = flat + ".rgb"
      _ = try MediaFacts.run(
        "ffmpeg", ["-v", "error", "-i", turned, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", raw])
      let expected = [UInt8](try Data(contentsOf: URL(fileURLWithPath: raw)))
      let picture = try pictures(turned)[0].pixels
      #expect(picture.width == 96 && picture.height == 64 && expected.count == picture.data.count)
      for i in stride(from: 0, to: expected.count, by: 997) {
        #expect(abs(Int(picture.data[i]) - Int(expected[i])) < 12)
      }
    }
  }

  @Test func largeFilmsAreReduced() throws {
    try film("a.mp4", ["-f", "lavfi", "-i", "testsrc=s=1920x1080:r=5:d=0.4"]) { path in
      let picture = try pictures(path)[0].pixels
      #expect(picture.width == 960 && picture.height == 540)
    }
  }

  @Test func soundIsNoFilm() throws {
    try film("a.wav", ["-f", "lavfi", "-i", "sine=d=0.2"]) { path in
      #expect(throws: FilmError.noPictures) { _ = try VideoReader(path: path) }
    }
    let folder = try MediaFacts.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data("not a film".utf8).write(to: URL(fileURLWithPath: folder + "/a.mp4"))
    #expect(throws: FilmError.unreadablePictures) { _ = try VideoReader(path: folder + "/a.mp4") }
  }
}
