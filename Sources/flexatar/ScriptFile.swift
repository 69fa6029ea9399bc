import Photo
import Speech

/// Reads what is said from a file: a line for each phone or viseme with its start and end in seconds and its symbol,
/// tabs between them. Empty lines, lines that begin with `#`, a first line of headings and further columns are passed
/// over.
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
    let text = String(decoding: try FileBytes.read(path, limit: limit), as: UTF8.self)
    var entries: [Script.Entry] = []
    var lines: [Int] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map { $0.trimmed }
      guard !line.trimmed.isEmpty, !line.hasPrefix("#"), !(index == 0 && cells[0].lowercased().hasPrefix("start"))
      else { continue }
      guard cells.count >= 3, let start = Double(cells[0]), let end = Double(cells[1]) else {
        throw Failure("\(path): line \(index + 1) is not a start, an end and a phone with tabs between.")
      }
      entries.append(Script.Entry(start: start, end: end, symbol: Array(cells[2].utf8)))
      lines.append(index + 1)
    }
    guard !entries.isEmpty else { throw Failure("\(path): there is no phone in it.") }
    do throws(ScriptError) {
      return (entries, try Script(entries))
    } catch {
      throw Failure("\(path): line \(lines[error.entry - 1]): \(error.message)")
    }
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
