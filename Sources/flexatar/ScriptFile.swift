import Foundation
import Photo
import Speech

/// Reads what is said from a file. Either a line for each phone or viseme with its start and end in seconds and its
/// symbol, tabs between them: empty lines, lines that begin with `#`, a first line of headings and further columns are
/// passed over. Or, in a file that begins with a bracket, JSON as the web SDK's `speakScript` takes it:
/// `[{"time": 0.1, "duration": 0.05, "phone": "AH0"}, {"time": 0.15, "duration": 0.1, "viseme": "PP"}]`.
enum ScriptFile {
  private static let limit = 16_000_000

  static func read(_ path: String) throws -> Script { try parse(path).script }

  /// The viseme of each 10 ms of `seconds`, as labels have it: silence between the entries, nil in noises.
  static func labels(_ path: String, seconds: Double) throws -> [Viseme?] {
    var labels = [Viseme?](repeating: .sil, count: Int(seconds / SpeechTracker.frameSeconds))
    for entry in try parse(path).entries {
      for frame in labels.indices {
        let time = (Double(frame) + 0.5) * SpeechTracker.frameSeconds
        if time >= entry.start && time < entry.end { labels[frame] = Viseme(symbol: entry.symbol) }
      }
    }
    return labels
  }

  private static func parse(_ path: String) throws -> (entries: [Script.Entry], script: Script) {
    let bytes = try FileBytes.read(path, limit: limit)
    let isJSON = bytes.first { !Character(UnicodeScalar($0)).isWhitespace } == UInt8(ascii: "[")
    let (entries, places) = try isJSON ? listed(bytes, path) : tabulated(bytes, path)
    guard !entries.isEmpty else { throw Failure("\(path): there is no phone in it.") }
    do throws(ScriptError) {
      return (entries, try Script(entries))
    } catch {
      throw Failure("\(path): \(places[error.entry - 1]): \(error.message)")
    }
  }

  /// An entry as the web SDK has it.
  private struct Sound: Decodable {
    var time: Double
    var duration: Double
    var phone: String?
    var viseme: String?
  }

  private static func listed(_ bytes: [UInt8], _ path: String) throws -> (entries: [Script.Entry], places: [String]) {
    let sounds: [Sound]
    do {
      sounds = try JSONDecoder().decode([Sound].self, from: Data(bytes))
    } catch {
      throw Failure("\(path): this is not a list of time, duration and phone or viseme in JSON.")
    }
    let entries = sounds.map {
      Script.Entry(start: $0.time, end: $0.time + $0.duration, symbol: Array(($0.phone ?? $0.viseme ?? "").utf8))
    }
    return (entries, entries.indices.map { "entry \($0 + 1)" })
  }

  private static func tabulated(_ bytes: [UInt8], _ path: String) throws -> (entries: [Script.Entry], places: [String])
  {
    let text = String(decoding: bytes, as: UTF8.self)
    var entries: [Script.Entry] = []
    var places: [String] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map { $0.trimmed }
      guard !line.trimmed.isEmpty, !line.hasPrefix("#"), !(index == 0 && cells[0].lowercased().hasPrefix("start"))
      else { continue }
      guard cells.count >= 3, let start = Double(cells[0]), let end = Double(cells[1]) else {
        throw Failure("\(path): line \(index + 1) is not a start, an end and a phone with tabs between.")
      }
      entries.append(Script.Entry(start: start, end: end, symbol: Array(cells[2].utf8)))
      places.append("line \(index + 1)")
    }
    return (entries, places)
  }
}

extension StringProtocol {
  /// Without the blanks around it.
  fileprivate var trimmed: String {
    let inner = drop(while: \.isWhitespace)
    guard let last = inner.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(inner[...last])
  }
}
