import Foundation
import Testing

import Muxing

/// Real streams go through the muxers; what comes out of their files is decoded to the same pictures and samples.
@Suite("Films put together", .enabled(if: Tools.areThere, "no ffmpeg"))
final class MuxingTests {
  private let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "muxing-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Three seconds and a bit, a moving picture and a tone with a beginning, encoded by ffmpeg.
  private func source(_ ending: String, _ codecs: [String], rate: Int = 48_000, format: String = "yuv420p") throws
    -> String
  {
    let path = "\(folder)/source.\(ending)"
    try Tools.run(
      [
        "ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
        "testsrc2=size=160x120:rate=30:duration=3.2,format=\(format)",
      ]
        + ["-f", "lavfi", "-i", "aevalsrc='0.3*sin(2000*t)*gt(t\\,0.5)':s=\(rate):d=3.2"] + codecs + [path])
    return path
  }

  /// Opus out of WebM, whose last packet libav hands over whole.
  private func opus(_ path: String) throws -> Demuxed {
    var demuxed = try Demuxed(path: path)
    for index in demuxed.tracks.indices where demuxed.tracks[index].codec.isSound {
      #expect(demuxed.tracks[index].skip == 312)
      demuxed.tracks[index].length = 48_000 * 32 / 10
    }
    return demuxed
  }

  private func written(_ demuxed: Demuxed, _ name: String) throws -> String {
    let isMP4 = name.hasSuffix("mp4")
    let layout = try isMP4 ? MP4.layout(demuxed.tracks) : WebM.layout(demuxed.tracks)
    let path = "\(folder)/\(name)"
    try Data(demuxed.file(layout)).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Both files decode to the same, without a message; GStreamer takes it, too.
  private func expectSame(_ ours: String, _ source: String, decoder: [String] = []) throws {
    let expected = try Tools.decoded(source, decoder: decoder)
    #expect(expected.count == 2)
    #expect(try Tools.decoded(ours, decoder: decoder) == expected)
    let seconds = Double(try Tools.probe(ours, "format=duration"))!
    #expect(abs(seconds - 3.2) < 0.034)
    #expect(try Tools.run(["ffprobe", "-v", "warning", ours]) == "")
    #expect(try Tools.probe(ours, "format_tags=comment").contains("trainedAlgorithmicMedia"))
    if Tools.hasGStreamer {
      let facts = try Tools.run(["gst-discoverer-1.0", "-v", ours])
      #expect(facts.contains("Done discovering") && !facts.contains("Missing") && facts.contains("Seekable: yes"))
    }
  }

  @Test("H.264 with pictures out of order and AAC in MP4") func h264AndAAC() throws {
    let source = try source(
      "mp4", ["-c:v", "libx264", "-bf", "2", "-g", "30", "-preset", "veryfast", "-c:a", "aac"])
    let demuxed = try Demuxed(path: source)
    #expect(demuxed.tracks[1].skip == 1024)
    let ours = try written(demuxed, "ours.mp4")
    try expectSame(ours, source)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: ours)))
    #expect(boxes(bytes) == ["ftyp", "moov", "uuid", "mdat"])
  }

  @Test("AAC at 44.1 kHz keeps its length") func otherRate() throws {
    let source = try source("mp4", ["-c:v", "libx264", "-bf", "0", "-preset", "veryfast", "-c:a", "aac"], rate: 44_100)
    try expectSame(try written(try Demuxed(path: source), "ours.mp4"), source)
  }

  @Test("VP9 and Opus in both containers") func vp9AndOpus() throws {
    let source = try source("webm", ["-c:v", "libvpx-vp9", "-cpu-used", "8", "-g", "40", "-c:a", "libopus"])
    let demuxed = try opus(source)
    try expectSame(try written(demuxed, "ours.webm"), source)
    // libav does not cut Opus' end off in MP4: the same stream in a file of its own is what to compare with.
    let copy = "\(folder)/copy.mp4"
    try Tools.run(["ffmpeg", "-v", "error", "-i", source, "-c", "copy", copy])
    try expectSame(try written(demuxed, "ours.mp4"), copy)
  }

  @Test("transparency in WebM") func transparency() throws {
    let source = try source(
      "webm",
      ["-c:v", "libvpx-vp9", "-cpu-used", "8", "-auto-alt-ref", "0", "-pix_fmt", "yuva420p", "-c:a", "libopus"],
      format: "rgba,geq=r=200:g=100:b=50:a='X*255/W'")
    let demuxed = try opus(source)
    #expect(demuxed.tracks[0].hasAlpha)
    let ours = try written(demuxed, "ours.webm")
    try expectSame(ours, source, decoder: ["-c:v", "libvpx-vp9"])
    #expect(try Tools.probe(ours, "stream_tags=alpha_mode").contains("1"))
    #expect(throws: MuxingError.codec) { try MP4.layout(demuxed.tracks) }
  }

  private func boxes(_ bytes: [UInt8]) -> [String] {
    var names: [String] = []
    var offset = 0
    while offset + 8 <= bytes.count {
      let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
      names.append(String(decoding: bytes[offset + 4..<offset + 8], as: UTF8.self))
      guard length >= 8 else { break }
      offset += length
    }
    return names
  }
}

/// What needs no stream.
@Suite("Layouts")
struct LayoutTests {
  private func pictures(_ count: Int, size: Int) -> Track {
    var track = Track(.vp9(profile: 0, level: 10), timescale: 30_000, width: 64, height: 64)
    for i in 0..<count { track.samples.append(Sample(size: size, time: Int64(i) * 1000, isKey: i % 30 == 0)) }
    track.length = Int64(count) * 1000
    return track
  }

  @Test("offsets have 64 bits where 32 do not reach") func long() throws {
    let large = try MP4.layout([pictures(600, size: 8_000_000)])
    let small = try MP4.layout([pictures(600, size: 7_000_000)])
    let name = Array("co64".utf8)
    #expect(large.bytes.indices.contains { large.bytes[$0...].starts(with: name) })
    #expect(!small.bytes.indices.contains { small.bytes[$0...].starts(with: name) })
  }

  @Test("every sample is in the file once") func once() throws {
    for layout in [try MP4.layout([pictures(75, size: 10)]), try WebM.layout([pictures(75, size: 10)])] {
      #expect(layout.pieces.flatMap { $0.firstSample..<$0.firstSample + $0.sampleCount } == Array(0..<75))
      #expect(layout.pieces.reduce(0) { $0 + $1.ownBytes } <= layout.bytes.count)
    }
  }

  @Test("a picture lasts as long as most do, also where one is missing or there twice") func framePeriod() throws {
    // DefaultDuration, 33 333 333 ns.
    let element: [UInt8] = [0x23, 0xE3, 0x83, 0x84, 0x01, 0xFC, 0xA0, 0x55]
    var track = pictures(75, size: 10)
    track.samples.remove(at: 1)
    track.samples[40].time = track.samples[41].time - 1
    let bytes = try WebM.layout([track]).bytes
    let isThere = bytes.indices.contains { bytes[$0...].starts(with: element) }
    #expect(isThere)
  }

  @Test("what cannot be a film is refused") func refusals() {
    #expect(throws: MuxingError.empty) { try MP4.layout([]) }
    #expect(throws: MuxingError.empty) { try WebM.layout([pictures(0, size: 1)]) }
    var track = pictures(3, size: 5)
    track.codec = .h264(configuration: [1, 2])
    #expect(throws: MuxingError.description) { try MP4.layout([track]) }
    #expect(throws: MuxingError.codec) { try WebM.layout([track]) }
    track = pictures(3, size: 5)
    track.width = 0
    #expect(throws: MuxingError.number) { try MP4.layout([track]) }
    var sound = Track(.opus(head: [1, 2, 3]), rate: 48_000, channels: 1)
    sound.samples = [Sample(size: 3, time: 0, isKey: true)]
    sound.length = 960
    #expect(throws: MuxingError.description) { try WebM.layout([sound]) }
    sound.channels = 9
    #expect(throws: MuxingError.number) { try MP4.layout([sound]) }
  }
}
