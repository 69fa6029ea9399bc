import Film
import Foundation
import Photo

/// Who speaks when, in JSON; paths are meant from the folder that the file lies in:
///
///     {"speakers": [{"name": "Anna", "avatar": "anna.ftar", "audio": "anna.wav"}, …],
///      "turns": [{"speaker": "Anna", "start": 0, "end": 2.5, "text": "Good morning."}, …],
///      "chapters": [{"start": 0, "title": "Welcome"}, …]}
///
/// Two to four speakers, from left to right; `audio` in all of them or in none, `text` and `chapters` where there are any.
struct DialogueFile {
  struct Speaker: Decodable {
    var name: String
    var avatar: String
    var audio: String?
  }

  private struct Turn: Decodable {
    var speaker: String
    var start: Double
    var end: Double
    var text: String?
  }

  private struct Chapter: Decodable {
    var start: Double
    var title: String
  }

  private struct Contents: Decodable {
    var speakers: [Speaker]
    var turns: [Turn]?
    var chapters: [Chapter]?
  }

  private static let limit = 16_000_000

  let path: String
  private(set) var speakers: [Speaker]
  /// When each of them speaks, seconds.
  let turns: [[ClosedRange<Double>]]
  /// What is said.
  let subtitles: [Subtitle]
  /// As they are given; else one for each time that somebody else begins to speak.
  let chapters: [FilmPlan.Chapter]

  /// Whether each has a sound of their own.
  var hasSounds: Bool { speakers[0].audio != nil }

  init(_ path: String) throws {
    self.path = path
    func failure(_ sentence: String) -> Failure { Failure("\(path): \(sentence)") }
    let contents: Contents
    do {
      contents = try JSONDecoder().decode(Contents.self, from: Data(FileBytes.read(path, limit: Self.limit)))
    } catch let error as DecodingError {
      throw failure("this is not a dialogue in JSON: \(Self.reason(error)).")
    }
    guard 2...4 ~= contents.speakers.count else { throw failure("a dialogue has two to four speakers.") }
    let names = contents.speakers.map(\.name)
    guard Set(names).count == names.count else { throw failure("two speakers have the same name.") }
    let sounds = contents.speakers.count { $0.audio != nil }
    guard sounds == 0 || sounds == names.count else {
      throw failure("either every speaker has an audio file or none.")
    }
    let said = contents.turns ?? []
    guard sounds > 0 || !said.isEmpty else { throw failure("without audio files of the speakers it needs turns.") }
    for (index, turn) in said.enumerated() {
      guard names.contains(turn.speaker) else {
        throw failure("turn \(index + 1): '\(turn.speaker)' is none of the speakers.")
      }
      guard turn.start >= 0, turn.start < turn.end, turn.end.isFinite else {
        throw failure("turn \(index + 1): the end is not after the start.")
      }
      guard turn.end <= Subtitle.latest else { throw failure("turn \(index + 1): no film is so long.") }
    }
    let marks = contents.chapters ?? []
    for (index, mark) in marks.enumerated() where !(mark.start >= (index > 0 ? marks[index - 1].start.nextUp : 0)) {
      throw failure("chapter \(index + 1): it begins before the one before it.")
    }

    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    func place(_ file: String) -> String { file.hasPrefix("/") ? file : folder + file }
    speakers = contents.speakers.map {
      Speaker(name: $0.name, avatar: place($0.avatar), audio: $0.audio.map(place))
    }
    turns = names.map { name in said.filter { $0.speaker == name }.map { $0.start...$0.end } }
    let ordered = said.sorted { $0.start < $1.start }
    subtitles = ordered.compactMap { turn in
      turn.text.map { Subtitle(start: turn.start, end: turn.end, text: $0) }
    }
    if marks.isEmpty {
      chapters = ordered.indices.filter { $0 == 0 || ordered[$0].speaker != ordered[$0 - 1].speaker }.map {
        FilmPlan.Chapter(start: $0 == 0 ? 0 : ordered[$0].start, title: ordered[$0].speaker)
      }
    } else {
      chapters = marks.map { FilmPlan.Chapter(start: $0.start, title: $0.title) }
    }
  }

  /// What the decoder found, and where.
  private static func reason(_ error: DecodingError) -> String {
    func place(_ context: DecodingError.Context) -> String {
      let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
      return path.isEmpty ? "" : " in \(path)"
    }
    switch error {
    case .keyNotFound(let key, let context): return "'\(key.stringValue)' is missing\(place(context))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context): return "there is a wrong value\(place(context))"
    default: return "it cannot be parsed"
    }
  }
}
