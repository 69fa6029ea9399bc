import Backend
import Foundation

/// What a film shall be: `flexatar video`'s options, with avatars by their ids and files by their contents.
struct FilmRequest: Codable {
  struct Sound: Codable {
    var time, duration: Double
    var phone, viseme: String?
  }

  struct Dialogue: Codable {
    struct Speaker: Codable {
      var name, flexatar: String
    }
    struct Turn: Codable {
      var speaker: String
      var start, end: Double
      var text: String?
    }
    struct Chapter: Codable {
      var start: Double
      var title: String
    }

    var speakers: [Speaker]
    var turns: [Turn]
    var chapters: [Chapter]?
  }

  var flexatar: String?
  var second: String?
  var mix: Double?
  var mixKind: String?
  var mixSwing: Double?
  var dialogue: Dialogue?
  var format: String?
  var size, background, framing: String?
  var fps: Int?
  var emotion: String?
  var mood: Double?
  var headMotion: String?
  var still: Bool?
  var seed: Int?
  var phones: [Sound]?
  /// The text of a SubRip or WebVTT file.
  var subtitles: String?
  var burn: Bool?
  /// The sound itself, in base64, where it is short; it is not kept with the order.
  var audio: String?

  static let formats = ["mp4", "webm", "mov"]
  private static let emotions = ["joy", "anger", "sadness", "surprise", "disgust", "confusion", "neutral"]

  /// All avatars that are in it.
  var avatars: [String] {
    (dialogue?.speakers.map(\.flexatar) ?? [flexatar].compactMap { $0 }) + [second].compactMap { $0 }
  }

  var fileFormat: String { format ?? "mp4" }

  // MARK: Checking

  /// - Throws: `BackendError.invalid`.
  func check() throws {
    func require(_ condition: Bool, _ sentence: String) throws {
      guard condition else { throw BackendError.invalid(sentence) }
    }
    func among(_ value: String?, _ list: [String], _ name: String) throws {
      try require(value.map(list.contains) ?? true, "\(name) is one of \(list.joined(separator: ", ")).")
    }
    func within(_ value: Double?, _ range: ClosedRange<Double>, _ name: String) throws {
      try require(
        value.map(range.contains) ?? true, "\(name) is a number from \(range.lowerBound) to \(range.upperBound).")
    }
    try require((flexatar == nil) != (dialogue == nil), "Either flexatar or dialogue says who is filmed.")
    try checkDialogue(require)
    try among(format, Self.formats, "format")
    try among(framing, ["close", "portrait", "shoulders", "photo"], "framing")
    try among(mixKind, ["morph", "hybrid"], "mixKind")
    try among(headMotion, ["calm", "lively", "silent"], "headMotion")
    try within(mix, 0...1, "mix")
    try within(mixSwing, 0.5...3600, "mixSwing")
    try within(mood, 0...1, "mood")
    try require(second != nil || (mix == nil && mixSwing == nil && mixKind == nil), "Mixing needs a second avatar.")
    try require(fps.map((1...60).contains) ?? true, "fps is a number from 1 to 60.")
    try require(seed.map { $0 >= 0 } ?? true, "seed is a number from 0 on.")
    if let size {
      let sides = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
      try require(
        sides.count == 2 && sides.allSatisfy { 64...1920 ~= $0 && $0 % 2 == 0 },
        "size is WIDTHxHEIGHT, even numbers from 64 to 1920.")
    }
    if let background {
      let digits = background.dropFirst()
      let isColour = background.hasPrefix("#") && digits.count == 6 && digits.allSatisfy { $0.isASCII && $0.isHexDigit }
      try require(
        background == "photo" || background == "none" || isColour, "background is photo, none or a colour, #rrggbb.")
      try require(
        background != "none" || fileFormat != "mp4", "A film without a background is webm or mov: say so in format.")
    }
    if let emotion {
      let parts = emotion.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      try require(
        Self.emotions.contains(String(parts[0])) && (parts.count == 1 || Double(parts[1]).map { 0...1 ~= $0 } == true),
        "emotion is one of \(Self.emotions.joined(separator: ", ")); =0 to 1 for its strength.")
    }
    try require(burn != true || subtitles != nil || dialogue != nil, "burn needs subtitles.")
    try require(sound != nil || audio == nil, "audio is a sound file in base64.")
  }

  private func checkDialogue(_ require: (Bool, String) throws -> Void) throws {
    guard let dialogue else { return }
    let names = dialogue.speakers.map(\.name)
    try require(
      2...4 ~= names.count && Set(names).count == names.count, "A dialogue has two to four speakers, each with a name.")
    try require(second == nil && phones == nil, "second and phones are for one speaker, not for a dialogue.")
    try require(!dialogue.turns.isEmpty, "A dialogue has turns.")
    for turn in dialogue.turns {
      try require(
        names.contains(turn.speaker) && 0 <= turn.start && turn.start < turn.end && turn.end <= 1e6,
        "Each turn has one of the speakers, a start, and an end after it, at most 1000000 seconds.")
    }
  }

  /// The sound that came with the order.
  var sound: Data? { audio.flatMap { Data(base64Encoded: $0) }.flatMap { $0.isEmpty ? nil : $0 } }

  /// As it is kept: without the sound.
  var kept: FilmRequest {
    var request = self
    request.audio = nil
    return request
  }

  // MARK: For `flexatar video`

  /// Files that arguments name, and what they hold.
  static let files = [
    (name: "subtitles", file: "subtitles"), (name: "phones", file: "phones.json"),
    (name: "dialogue", file: "dialogue.json"),
  ]

  /// The command's arguments; the files that they name are written.
  /// - Parameters:
  ///   - place: where a file of a name is to lie.
  ///   - sound: the path of the sound.
  func arguments(sound: String, output: String, in place: (String) -> String) throws -> [String] {
    var arguments = ["video"]
    if var dialogue {
      for i in dialogue.speakers.indices {
        dialogue.speakers[i].flexatar = Self.fileName(dialogue.speakers[i].flexatar)
      }
      try JSONEncoder().encode(DialogueText(dialogue)).write(to: URL(fileURLWithPath: place("dialogue.json")))
      arguments += ["--dialogue", place("dialogue.json"), sound]
    } else {
      arguments += [place(Self.fileName(flexatar ?? "")), sound]
    }
    arguments += ["-o", output, "--resume"]
    if let second { arguments += ["--second", place(Self.fileName(second))] }
    if let mix { arguments += ["--mix", String(mix)] }
    if let mixKind { arguments += ["--mix-kind", mixKind] }
    if let mixSwing { arguments += ["--mix-swing", String(mixSwing)] }
    if let size { arguments += ["--size", size] }
    if let fps { arguments += ["--fps", String(fps)] }
    if let background { arguments += ["--background", background] }
    if let framing { arguments += ["--framing", framing] }
    if let emotion, !emotion.hasPrefix("neutral") { arguments += ["--emotion", emotion] }
    if let mood { arguments += ["--mood", String(mood)] }
    if let headMotion { arguments += ["--head-motion", headMotion] }
    if still == true { arguments.append("--still") }
    if let seed { arguments += ["--seed", String(seed)] }
    if let phones {
      try JSONEncoder().encode(phones).write(to: URL(fileURLWithPath: place("phones.json")))
      arguments += ["--phones", place("phones.json")]
    }
    if let subtitles {
      try Data(subtitles.utf8).write(to: URL(fileURLWithPath: place("subtitles")))
      arguments += ["--subtitles", place("subtitles")]
    }
    if burn == true { arguments.append("--burn") }
    return arguments
  }

  static func fileName(_ avatar: String) -> String { avatar + ".ftar" }

  /// As the command reads it.
  private struct DialogueText: Encodable {
    struct Speaker: Encodable {
      var name, avatar: String
    }
    var speakers: [Speaker]
    var turns: [Dialogue.Turn]
    var chapters: [Dialogue.Chapter]?

    init(_ dialogue: Dialogue) {
      speakers = dialogue.speakers.map { Speaker(name: $0.name, avatar: $0.flexatar) }
      (turns, chapters) = (dialogue.turns, dialogue.chapters)
    }
  }
}
