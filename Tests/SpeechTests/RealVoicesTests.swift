import Foundation
import Speech
import Testing

/// A few recordings of the development speakers, read in place; skipped where they or ffmpeg are not there.
@Suite struct RealVoicesTests {
  struct Clip {
    let sound: URL
    let phones: [(start: Double, end: Double, viseme: Viseme)]
  }

  static let clips: [Clip] = {
    let environment = ProcessInfo.processInfo.environment["FLEXATAR_SHARED"]
    let shared = environment.map { URL(fileURLWithPath: $0) } ?? Signals.repository.appendingPathComponent("../shared")
    let dev = shared.appendingPathComponent("data/speech/dev")
    let speakers = ((try? FileManager.default.contentsOfDirectory(atPath: dev.path)) ?? []).sorted()
    return speakers.compactMap { speaker in
      let folder = dev.appendingPathComponent(speaker)
      let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
      guard let sound = files.first(where: { $0.hasSuffix(".flac") }) else { return nil }
      let table = folder.appendingPathComponent(sound.replacingOccurrences(of: ".flac", with: ".phones.tsv"))
      guard let text = try? String(contentsOf: table, encoding: .utf8) else { return nil }
      return Clip(
        sound: folder.appendingPathComponent(sound),
        phones: text.split(separator: "\n").compactMap { line in
          let cells = line.split(separator: "\t")
          guard let start = Double(cells[0]), let end = Double(cells[1]) else { return nil }
          return viseme(String(cells[2])).map { (start, end, $0) }
        })
    }
  }()

  static let ready = !clips.isEmpty && FileManager.default.isExecutableFile(atPath: "/usr/bin/ffmpeg")

  static func viseme(_ phone: String) -> Viseme? {
    switch phone.trimmingCharacters(in: .decimalDigits) {
    case "SIL": .sil
    case "P", "B", "M": .PP
    case "F", "V": .FF
    case "TH", "DH": .TH
    case "T", "D": .DD
    case "K", "G", "NG": .kk
    case "CH", "JH", "SH", "ZH": .CH
    case "S", "Z": .SS
    case "N", "L": .nn
    case "R", "ER": .RR
    case "AA", "AE", "AH", "AY", "AW": .aa
    case "EH", "EY", "HH": .E
    case "IH", "IY", "Y": .ih
    case "AO", "OW", "OY": .oh
    case "UW", "UH", "W": .ou
    default: nil
    }
  }

  static func decode(_ sound: URL, rate: Int) throws -> [Float] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/ffmpeg")
    process.arguments = ["-v", "error", "-i", sound.path, "-ac", "1", "-ar", "\(rate)", "-f", "f32le", "-"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
  }

  @Test(.enabled(if: ready, "needs ../shared/data/speech and ffmpeg"), arguments: [16_000, 48_000])
  func `Unknown speakers are followed`(rate: Int) throws {
    var (right, all, closures, closed, changes, seconds) = (0, 0, 0, 0, 0, 0.0)
    for clip in Self.clips {
      let frames = try Signals.frames(try Self.decode(clip.sound, rate: rate), rate: Double(rate))
      for phone in clip.phones {
        for frame in frames where frame.time >= phone.start && frame.time < phone.end {
          right += frame.visemes.strongest == phone.viseme ? 1 : 0
          all += 1
        }
        guard phone.viseme == .PP else { continue }
        closures += 1
        let near = frames.filter { $0.time > phone.start - 0.02 && $0.time < phone.end + 0.02 }
        closed += near.contains { $0.visemes.strongest == .PP } ? 1 : 0
      }
      changes += zip(frames, frames.dropFirst()).filter { $0.visemes.strongest != $1.visemes.strongest }.count
      seconds += frames.last?.time ?? 0
    }
    #expect(Double(right) / Double(all) >= 0.65)
    #expect(Double(closed) / Double(closures) >= 0.7)
    #expect(8...12 ~= Double(changes) / seconds)
  }
}
