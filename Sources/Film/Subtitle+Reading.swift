extension Subtitle {
  /// Reads SubRip (.srt), WebVTT (.vtt; W3C Candidate Recommendation, 2019), or lines of start, end (seconds) and text with
  /// tabs between, told apart by what is in them. Markup and positions are left out; the order is by time.
  public static func read(_ bytes: [UInt8]) throws(SubtitleError) -> [Subtitle] {
    var bytes = bytes[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    guard let text = String(validating: bytes, as: UTF8.self) else { throw .notText }
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    let isWebVTT = lines[0] == "WEBVTT" || lines[0].hasPrefix("WEBVTT ") || lines[0].hasPrefix("WEBVTT\t")
    let hasArrows = isWebVTT || lines.contains { $0.contains("-->") }
    let subtitles = hasArrows ? try blocks(lines, isWebVTT: isWebVTT) : try table(lines)
    guard !subtitles.isEmpty else { throw .empty }
    return subtitles.sorted { $0.start < $1.start }
  }

  // MARK: SubRip and WebVTT

  private static func blocks(_ lines: [Substring], isWebVTT: Bool) throws(SubtitleError) -> [Subtitle] {
    var subtitles: [Subtitle] = []
    var index = 0
    // What stands behind WebVTT's first line belongs to its head.
    if isWebVTT { while index < lines.count && !isBlank(lines[index]) { index += 1 } }
    while index < lines.count {
      guard !isBlank(lines[index]) else {
        index += 1
        continue
      }
      if isWebVTT,
        ["NOTE", "STYLE", "REGION"].contains(where: { lines[index] == $0 || lines[index].hasPrefix($0 + " ") })
      {
        while index < lines.count && !isBlank(lines[index]) { index += 1 }
        continue
      }
      // A number or a name may stand above the time.
      if !lines[index].contains("-->") { index += 1 }
      guard index < lines.count, lines[index].contains("-->") else {
        throw .noTime(line: min(index, lines.count - 1) + 1)
      }
      let (start, end) = try times(lines[index], line: index + 1)
      let line = index + 1
      index += 1
      var words: [String] = []
      while index < lines.count && !isBlank(lines[index]) {
        words.append(plain(lines[index]))
        index += 1
      }
      try append(words.joined(separator: "\n"), start, end, line: line, to: &subtitles)
    }
    return subtitles
  }

  private static func isBlank(_ line: Substring) -> Bool { line.allSatisfy(\.isWhitespace) }

  private static func append(
    _ text: String, _ start: Double, _ end: Double, line: Int, to subtitles: inout [Subtitle]
  ) throws(SubtitleError) {
    guard start < end else { throw .endsBeforeStart(line: line) }
    guard end <= latest else { throw .badTime(line: line) }
    guard text.contains(where: { !$0.isWhitespace }) else { throw .noWords(line: line) }
    subtitles.append(Subtitle(start: start, end: end, text: text))
  }

  /// Start and end; what follows them are places on the screen.
  private static func times(_ line: Substring, line number: Int) throws(SubtitleError) -> (Double, Double) {
    let parts = line.split(separator: "-->", omittingEmptySubsequences: false)
    let words = parts.map { $0.split(whereSeparator: \.isWhitespace) }
    guard parts.count == 2, words[0].count == 1, let first = words[1].first,
      let start = seconds(words[0][0]), let end = seconds(first)
    else { throw .badTime(line: number) }
    return (start, end)
  }

  /// `01:02:03,456`, `02:03.456`.
  private static func seconds(_ text: Substring) -> Double? {
    let fields = text.split(separator: ":", omittingEmptySubsequences: false)
    guard fields.count == 2 || fields.count == 3, let last = fields.last else { return nil }
    let rest = last.split(omittingEmptySubsequences: false) { $0 == "," || $0 == "." }
    guard rest.count <= 2, rest[0].count == 2, let whole = number(rest[0]), whole < 60 else { return nil }
    var seconds = Double(whole)
    if rest.count == 2 {
      guard 1...3 ~= rest[1].count, let part = number(rest[1]) else { return nil }
      seconds += Double(part) / [10, 100, 1000][rest[1].count - 1]
    }
    guard let minutes = number(fields[fields.count - 2]), minutes < 60 else { return nil }
    guard fields.count == 3 else { return seconds + 60 * Double(minutes) }
    guard let hours = number(fields[0]) else { return nil }
    return seconds + 60 * Double(minutes) + 3600 * Double(hours)
  }

  private static func number(_ text: Substring) -> Int? {
    guard 1...4 ~= text.count, text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return Int(text)
  }

  /// Without tags (`<i>`, `<v Anna>`, `{\an8}`), with references resolved.
  private static func plain(_ line: Substring) -> String {
    var text = ""
    var rest = line
    // Beyond the last end of a tag none is looked for: a line of beginnings would take for ever.
    let ends: [Character: Substring.Index?] = [">": line.lastIndex(of: ">"), "}": line.lastIndex(of: "}")]
    while let next = rest.first {
      let second = rest.dropFirst().first
      let close: Character? = next == "<" && second.map(isTag) == true ? ">" : next == "{" && second == "\\" ? "}" : nil
      if let close, let last = ends[close] ?? nil, last > rest.startIndex, let end = rest.firstIndex(of: close) {
        rest = rest[rest.index(after: end)...]
        continue
      }
      if next == "&", let (name, value) = references.first(where: { rest.hasPrefix($0.0) }) {
        text += value
        rest = rest.dropFirst(name.count)
        continue
      }
      text.append(next)
      rest = rest.dropFirst()
    }
    return text
  }

  /// Whether a tag may begin with this: of a name, an end, a time, a class.
  private static func isTag(_ first: Character) -> Bool {
    first.isASCII && (first.isLetter || first.isNumber) || first == "/" || first == "."
  }

  private static let references = [
    ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", "\u{A0}"), ("&lrm;", "\u{200E}"), ("&rlm;", "\u{200F}"),
    ("&quot;", "\""),
  ]

  // MARK: Lines with tabs

  private static func table(_ lines: [Substring]) throws(SubtitleError) -> [Subtitle] {
    var subtitles: [Subtitle] = []
    for (index, line) in lines.enumerated() where !isBlank(line) && !line.hasPrefix("#") {
      let cells = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
      if index == 0 && cells[0].lowercased().hasPrefix("start") { continue }
      guard cells.count == 3, let start = Double(cells[0]), let end = Double(cells[1]) else {
        throw .noTime(line: index + 1)
      }
      guard start.isFinite, end.isFinite, start >= 0 else { throw .badTime(line: index + 1) }
      try append(String(cells[2]), start, end, line: index + 1, to: &subtitles)
    }
    return subtitles
  }
}
