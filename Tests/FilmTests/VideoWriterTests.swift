import Film
import Foundation
import Pixels
import Testing

@Suite("Video files", .enabled(if: MediaFacts.isThere, "no ffprobe"))
struct VideoWriterTests {
  /// A grey picture with a white bar that moves.
  private func picture(_ number: Int, _ width: Int = 128, _ height: Int = 96) -> PixelBuffer {
    var picture = PixelBuffer(width: width, height: height, channels: 4)
    for y in 0..<height {
      for x in 0..<width {
        let value: UInt8 = (x + number * 3) % width < 10 ? 235 : 90
        for c in 0..<3 { picture.data[4 * (y * width + x) + c] = value }
        picture.data[4 * (y * width + x) + 3] = 255
      }
    }
    return picture
  }

  private func tone(_ count: Int, rate: Int, channels: Int) -> [Float] {
    (0..<count * channels).map { Float(sin(Double($0 / channels) * 440 * 2 * .pi / Double(rate))) * 0.5 }
  }

  @Test(
    "Sound and pictures come out as long as they went in, and begin together",
    arguments: [("mp4", "h264", "aac"), ("webm", "vp9", "opus"), ("mkv", "h264", "opus"), ("mov", "h264", "aac")],
    [(22050, 1), (48000, 2), (16000, 1), (96000, 2)])
  func writes(container: (String, String, String), sound: (Int, Int)) throws {
    let folder = try MediaFacts.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/film.\(container.0)"
    let writer = try VideoWriter(
      path: path, FilmPlan(width: 128, height: 96, fps: 25), audioRate: sound.0, channels: sound.1)
    for i in 0..<50 {
      try writer.write(frame: picture(i))
      try writer.write(samples: tone(sound.0 / 25, rate: sound.0, channels: sound.1))
    }
    try writer.finish()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["film.\(container.0)"])
    let video = try MediaFacts.stream(
      path, "v:0",
      "codec_name,width,height,pix_fmt,nb_read_packets,start_time,color_range,color_space,color_primaries")
    #expect(video["codec_name"] == container.1)
    #expect(video["width"] == "128" && video["height"] == "96" && video["pix_fmt"] == "yuv420p")
    #expect(video["nb_read_packets"] == "50")
    #expect(video["color_space"] == "bt709" && video["color_range"] == "tv")
    let audio = try MediaFacts.stream(path, "a:0", "codec_name,channels,start_time")
    #expect(audio["codec_name"] == container.2)
    #expect(audio["channels"] == "\(sound.1)")
    let videoStart = Double(video["start_time"] ?? "") ?? -9
    let audioStart = Double(audio["start_time"] ?? "") ?? 9
    #expect(abs(videoStart - audioStart) < 0.02)
    #expect(abs(try MediaFacts.seconds(path) - 2) <= 0.04)
  }

  @Test("The picture is the right way up, with the right colours")
  func keepsColours() throws {
    let folder = try MediaFacts.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/film.mp4"
    let writer = try VideoWriter(path: path, FilmPlan(width: 64, height: 64, fps: 30), audioRate: nil)
    var picture = PixelBuffer(width: 64, height: 64, channels: 3)
    for i in 0..<64 * 64 {
      let colour: [UInt8] = i < 32 * 64 ? [200, 60, 40] : [40, 90, 180]
      for c in 0..<3 { picture.data[3 * i + c] = colour[c] }
    }
    for _ in 0..<10 { try writer.write(frame: picture) }
    try writer.finish()
    let raw = folder + "/raw"
    _ = try MediaFacts.run(
      "ffmpeg",
      [
        "-v", "error", "-i", path, "-frames:v", "1", "-vf", "scale=in_color_matrix=bt709:in_range=tv,format=rgb24",
        "-f",
        "rawvideo", raw,
      ])
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: raw)))
    func near(_ x: Int, _ y: Int, _ colour: [Int]) -> Bool {
      (0..<3).allSatisfy { abs(Int(bytes[3 * (y * 64 + x) + $0]) - colour[$0]) <= 6 }
    }
    #expect(near(32, 10, [200, 60, 40]))
    #expect(near(32, 54, [40, 90, 180]))
  }

  @Test("A film that is given up leaves nothing")
  func cancels() throws {
    let folder = try MediaFacts.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var writer: VideoWriter? = try VideoWriter(
      path: folder + "/a.mp4", FilmPlan(width: 128, height: 96, fps: 25), audioRate: 48000)
    try writer?.write(frame: picture(0))
    writer?.cancel()
    writer = try VideoWriter(path: folder + "/b.webm", FilmPlan(width: 128, height: 96, fps: 25), audioRate: 48000)
    for i in 0..<5 { try writer?.write(frame: picture(i)) }
    writer = nil
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test("A film without a picture is refused and leaves nothing")
  func refusesNothing() throws {
    let folder = try MediaFacts.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let writer = try VideoWriter(path: folder + "/a.mp4", FilmPlan(width: 128, height: 96, fps: 25), audioRate: 48000)
    #expect(throws: FilmError.encodingFailed) { try writer.finish() }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test("Wrong sizes, endings, sounds and places are refused")
  func refuses() throws {
    func make(_ path: String, _ width: Int, _ height: Int, rate: Int? = nil) throws -> VideoWriter {
      try VideoWriter(path: path, FilmPlan(width: width, height: height, fps: 25), audioRate: rate)
    }
    #expect(throws: FilmError.badSize) { try make("/tmp/a.mp4", 127, 96) }
    #expect(throws: FilmError.badSize) { try make("/tmp/a.mp4", 0, 96) }
    #expect(throws: FilmError.badSize) { try make("/tmp/a.mp4", 128, 5000) }
    #expect(throws: FilmError.unknownContainer) { try make("/tmp/a.gif", 128, 96) }
    #expect(throws: FilmError.unsupportedSound) { try make("/tmp/a.mp4", 128, 96, rate: 100) }
    #expect(throws: FilmError.unwritable) { try make("/nowhere/at/all/a.mp4", 128, 96) }
    let folder = try MediaFacts.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let writer = try make(folder + "/a.mp4", 128, 96, rate: 48000)
    #expect(throws: FilmError.badSize) { try writer.write(frame: picture(0, 64, 64)) }
    #expect(throws: FilmError.notANumber) { try writer.write(samples: [0, .nan]) }
    writer.cancel()
    #expect(throws: FilmError.encodingFailed) { try writer.write(frame: picture(0)) }
  }
}
