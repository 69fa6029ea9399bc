/// What is wrong with subtitles; `line` counts from 1.
public enum SubtitleError: Error, Equatable, Sendable {
  /// The file is not UTF-8.
  case notText
  /// There is no text with times in it.
  case empty
  /// The line should be a time, two of them with `-->` between, or two and a text with tabs between.
  case noTime(line: Int)
  /// The time cannot be read.
  case badTime(line: Int)
  /// The end is not after the start.
  case endsBeforeStart(line: Int)
  /// The times have no text.
  case noWords(line: Int)
  /// They cannot be part of pictures: no font of the system has these letters.
  case noFont([Character])

  /// The sentence for the user.
  public var message: String {
    switch self {
    case .notText: "This is not text in UTF-8."
    case .empty:
      "There is no subtitle in it: it should be SubRip (.srt), WebVTT (.vtt) or lines of start, end and text."
    case .noTime(let line): "line \(line): a start and an end should stand here, as in 00:00:01,000 --> 00:00:02,500."
    case .badTime(let line): "line \(line): the time cannot be read; it is written as 00:00:01,000."
    case .endsBeforeStart(let line): "line \(line): the end is not after the start."
    case .noWords(let line): "line \(line): no text follows the time."
    case .noFont(let letters):
      "No font on this machine has \(Self.listed(letters)). Install one (on Debian fonts-wqy-microhei for Chinese, Japanese "
        + "and Korean, fonts-noto-core for most other scripts), or do not burn the subtitles in: as a track they need no font."
    }
  }

  private static func listed(_ letters: [Character]) -> String {
    let some = letters.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    return letters.count > 5 ? "\(some) and \(letters.count - 5) more letters" : some
  }
}
