/// A text and when it is shown.
public struct Subtitle: Equatable, Sendable {
  /// Seconds of the film.
  public var start: Double
  public var end: Double
  /// Plain text; lines end in \n.
  public var text: String

  /// No film is so long, seconds: what comes later is a mistake, and would not fit into a container's numbers.
  public static let latest = 1e6

  public init(start: Double, end: Double, text: String) { (self.start, self.end, self.text) = (start, end, text) }

  /// Who is read for less than this beside the next one only ends late, seconds.
  private static let shortest = 0.5
  /// More at a time nobody reads: the newest are shown; and so many are remembered.
  private static let most = 6
  private static let mostOpen = 64

  /// The numbers of those that are shown while others are.
  static func overlapping(_ subtitles: [Subtitle]) -> Set<Int> {
    let order = subtitles.indices.sorted { subtitles[$0].start < subtitles[$1].start }
    var found: Set<Int> = []
    var longest: Int?
    for index in order {
      if let longest, subtitles[longest].end > subtitles[index].start { found.formUnion([longest, index]) }
      if longest.map({ subtitles[index].end > subtitles[$0].end }) ?? true { longest = index }
    }
    return found
  }

  /// The same in order of time with one text at a time: those that are said together are shown together, a dash before
  /// each.
  package static func oneAtATime(_ subtitles: [Subtitle]) -> [Subtitle] {
    var sorted = subtitles.sorted { $0.start < $1.start }
    for index in sorted.indices.dropLast() {
      let next = sorted[index + 1]
      let overlap = sorted[index].end - next.start
      if overlap > 0 && overlap < shortest && sorted[index].start < next.start && sorted[index].end <= next.end {
        sorted[index].end = next.start
      }
    }
    let times = Set(sorted.flatMap { [$0.start, $0.end] }).sorted()
    var shown: [Subtitle] = []
    var open = sorted[...]
    var active: [Subtitle] = []
    for (start, end) in zip(times, times.dropFirst()) {
      while let next = open.first, next.start <= start { active.append(open.removeFirst()) }
      active.removeAll { $0.end <= start }
      if active.count > mostOpen { active.removeFirst(active.count - mostOpen) }
      guard !active.isEmpty else { continue }
      let text =
        active.count == 1
        ? active[0].text
        : active.suffix(most).map { "- " + $0.text.split(separator: "\n").joined(separator: " ") }
          .joined(separator: "\n")
      shown.append(Subtitle(start: start, end: end, text: text))
    }
    return shown
  }
}
