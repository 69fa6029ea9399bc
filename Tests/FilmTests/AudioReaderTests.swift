import Film
import Foundation
import Testing

@Suite("Sound files", .enabled(if: MediaFacts.isThere, "no ffmpeg"))
final class AudioReaderTests {
  private let folder: String

  init() throws { folder = try MediaFacts.folder() }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Runs ffmpeg with a generated sound and returns the file's path.
  private func sound(_ source: String, _ arguments: [String], _ name: String) throws -> String {
    let path = folder + "/" + name
    _ = try MediaFacts.run("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", source] + arguments + [path])
    return path
  }

  private func wholeSound(_ path: String) throws -> (mono: [Float], interleaved: [Float], reader: AudioReader) {
    let reader = try AudioReader(path: path)
    var mono: [Float] = []
    var interleaved: [Float] = []
    while let block = try reader.next() {
      mono += block.mono
      interleaved += block.interleaved
    }
    return (mono, interleaved, reader)
  }

  /// A WAV file: `format` 1 = 16-bit integers, 3 = floats.
  private func wav(_ data: Data, format: UInt16, rate: UInt32 = 16000, channels: UInt16 = 1) -> Data {
    let width: UInt16 = format == 3 ? 4 : 2
    var file = Data("RIFF".utf8)
    func append<T: FixedWidthInteger>(_ value: T) {
      withUnsafeBytes(of: value.littleEndian) { file.append(contentsOf: $0) }
    }
    append(UInt32(36 + data.count))
    file.append(contentsOf: Data("WAVEfmt ".utf8))
    append(UInt32(16))
    append(format)
    append(channels)
    append(rate)
    append(rate * UInt32(channels * width))
    append(channels * width)
    append(width * 8)
    file.append(contentsOf: Data("data".utf8))
    append(UInt32(data.count))
    file.append(data)
    return file
  }

  private func write(_ data: Data, _ name: String) throws -> String {
    let path = folder + "/" + name
    try data.write(to: URL(fileURLWithPath: path))
    return path
  }

  @Test(
    "Every rate and every kind of file is read at its own rate, whole",
    arguments: [
      (8000, "wav", 1), (11025, "wav", 2), (16000, "flac", 1), (44100, "flac", 2), (48000, "wav", 2), (96000, "wav", 1),
      (192_000, "wav", 2), (44100, "mp3", 2), (48000, "ogg", 1), (48000, "m4a", 2),
    ])
  func readsEverything(rate: Int, kind: String, channels: Int) throws {
    let path = try sound(
      "sine=frequency=300:sample_rate=\(rate):duration=1.5", ["-ac", "\(channels)", "-ar", "\(rate)"], "tone.\(kind)")
    let (mono, interleaved, reader) = try wholeSound(path)
    #expect(reader.sampleRate == rate && reader.channels == channels)
    #expect(interleaved.count == mono.count * channels)
    // Lossy files have some padding.
    let slack = ["wav", "flac"].contains(kind) ? 1 : rate / 10
    #expect(abs(mono.count - rate * 3 / 2) <= slack)
    let peak = mono.map(abs).max() ?? 0
    #expect(peak > 0.08 && peak < 0.2)
    let crossings = zip(mono, mono.dropFirst()).filter { $0 < 0 && $1 >= 0 }.count
    // A lossy file's padding is faint noise that crosses zero now and then.
    #expect(abs(crossings - mono.count * 300 / rate) < (slack > 1 ? 25 : 6))
  }

  @Test("Six channels become two for the film and one for the mouth")
  func mixesDown() throws {
    let path = try sound("anoisesrc=duration=0.5:sample_rate=48000", ["-ac", "6"], "surround.wav")
    let (mono, interleaved, reader) = try wholeSound(path)
    #expect(reader.channels == 2)
    #expect(mono.count == 24000 && interleaved.count == 48000)
  }

  @Test("The mono sound is the mean of the channels")
  func averages() throws {
    var data = Data()
    for value: Int16 in [16384, -16384, 8192, 0] {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    let (mono, interleaved, _) = try wholeSound(try write(wav(data, format: 1, channels: 2), "stereo.wav"))
    #expect(mono == [0, 0.125])
    #expect(interleaved == [0.5, -0.5, 0.25, 0])
  }

  @Test("One sample is a sound, none is not")
  func shortest() throws {
    let one = Data([0, 64])
    #expect(try wholeSound(try write(wav(one, format: 1), "one.wav")).mono == [0.5])
    let empty = try write(wav(Data(), format: 1), "empty.wav")
    #expect(throws: FilmError.self) { try wholeSound(empty) }
  }

  @Test("Samples that are not numbers are refused")
  func notNumbers() throws {
    var data = Data()
    for value: Float in [0.1, .nan, 0.2] {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    let path = try write(wav(data, format: 3), "nan.wav")
    #expect(throws: FilmError.notANumber) { try wholeSound(path) }
  }

  @Test("What is no sound file is refused with its reason")
  func refusesOthers() throws {
    #expect(throws: FilmError.unreadable) { try AudioReader(path: "/nowhere/at/all.wav") }
    #expect(throws: FilmError.unreadable) { try AudioReader(path: try write(Data(), "zero.wav")) }
    #expect(throws: FilmError.unreadable) { try AudioReader(path: try write(Data("hello".utf8), "text.mp3")) }
    let silent = try sound("color=size=32x32:duration=0.2:rate=10", [], "silent.mp4")
    #expect(throws: FilmError.noSound) { try AudioReader(path: silent) }
    // A playlist must not make the reader open other files.
    let list = try write(Data("#EXTM3U\n#EXTINF:1,\n/etc/passwd\n".utf8), "list.m3u8")
    #expect(throws: FilmError.unreadable) { try AudioReader(path: list) }
  }

  @Test("A file that breaks off ends where it breaks off")
  func truncated() throws {
    let path = try sound("sine=frequency=300:sample_rate=16000:duration=2", ["-ar", "16000"], "whole.wav")
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let part = try write(data.prefix(data.count / 2), "part.wav")
    let (mono, _, _) = try wholeSound(part)
    #expect(abs(mono.count - 16000) < 100)
  }
}
