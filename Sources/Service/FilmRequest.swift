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
      /// Of their own, in base64.
      var audio: String?
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
    var turns: [Turn]?
    var chapters: [Chapter]?
  }

  /// One emotion or several, `NAME` or `NAME=STRENGTH` each.
  struct Emotions: Codable {
    var settings: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      settings = try (try? container.decode(String.self)).map { [$0] } ?? container.decode([String].self)
    }

    func encode(to encoder: any Encoder) throws { try settings.encode(to: encoder) }
  }

  /// A file that comes with the order.
  struct Attachment {
    var name: String
    var contents: Data
  }

  var flexatar: String?
  var second: String?
  var mix: Double?
  var mixKind: String?
  var mixSwing: Double?
  var dialogue: Dialogue?
  var format: String?
  var size, background, framing: String?
  var fps: Double?
  var emotion: Emotions?
  var mood: Double?
  var headMotion: String?
  var still, round, mirrored: Bool?
  var seed: Int?
  var phones: [Sound]?
  /// The text of a SubRip or WebVTT file.
  var subtitles: String?
  var burn: Bool?
  /// Files in base64: a picture behind the person, and the sound, where it is short. They are not kept with the order.
  var backgroundPicture, audio: String?
  /// Names of the attachments, once the order is kept without them.
  private(set) var attached: [String]?

  static let formats = ["mp4", "webm", "mov", "mkv", "png"]
  private static let emotions = ["joy", "anger", "sadness", "surprise", "disgust", "confusion", "neutral"]

  /// All avatars that are in it.
  var avatars: [String] {
    (dialogue?.speakers.map(\.flexatar) ?? [flexatar].compactMap { $0 }) + [second].compactMap { $0 }
  }

  /// Whether all that is heard came with the order.
  var hasSound: Bool { hasVoices || audio != nil || attached?.contains(Self.sound) == true }
  /// Whether each speaker of the dialogue has a sound.
  private var hasVoices: Bool { dialogue?.speakers.first?.audio != nil || attached?.contains(Self.voice(0)) == true }

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
    try require(attached == nil, "attached is not for orders.")
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
    try within(fps, 1...60, "fps")
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
        ["photo", "blur", "none"].contains(background) || isColour,
        "background is photo, blur, none or a colour, #rrggbb.")
      try require(
        background != "none" || ["webm", "mov", "png"].contains(format),
        "A film without a background is webm, mov or png: say so in format.")
      try require(backgroundPicture == nil, "Either background or backgroundPicture says what is behind the person.")
    }
    try require((emotion?.settings.count ?? 0) <= Self.emotions.count, "So many emotions there are not.")
    for emotion in emotion?.settings ?? [] {
      let parts = emotion.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      try require(
        Self.emotions.contains(String(parts[0])) && (parts.count == 1 || Double(parts[1]).map { 0...1 ~= $0 } == true),
        "emotion is one or several of \(Self.emotions.joined(separator: ", ")); =0 to 1 for its strength.")
    }
    try require(burn != true || subtitles != nil || dialogue != nil, "burn needs subtitles.")
    try require(
      format != "png" || subtitles == nil || burn == true, "Pictures have no track of text: subtitles need burn.")
    try require(audio == nil || Self.file(audio) != nil, "audio is a sound file in base64.")
    try require(
      backgroundPicture == nil || Self.file(backgroundPicture) != nil, "backgroundPicture is a picture file in base64.")
  }

  private func checkDialogue(_ require: (Bool, String) throws -> Void) throws {
    guard let dialogue else { return }
    let names = dialogue.speakers.map(\.name)
    try require(
      2...4 ~= names.count && Set(names).count == names.count, "A dialogue has two to four speakers, each with a name.")
    try require(second == nil && phones == nil, "second and phones are for one speaker, not for a dialogue.")
    let sounds = dialogue.speakers.compactMap(\.audio)
    try require(sounds.isEmpty || sounds.count == names.count, "Either every speaker has audio or none.")
    try require(sounds.isEmpty || audio == nil, "Where the speakers have audio, no other sound is taken.")
    try require(sounds.allSatisfy { Self.file($0) != nil }, "A speaker's audio is a sound file in base64.")
    try require(!sounds.isEmpty || dialogue.turns?.isEmpty == false, "A dialogue has turns.")
    for turn in dialogue.turns ?? [] {
      try require(
        names.contains(turn.speaker) && 0 <= turn.start && turn.start < turn.end && turn.end <= 1e6,
        "Each turn has one of the speakers, a start, and an end after it, at most 1000000 seconds.")
    }
  }

  private static func file(_ text: String?) -> Data? {
    text.flatMap { Data(base64Encoded: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The files that came with the order.
  var attachments: [Attachment] {
    let files =
      [(Self.sound, audio), (Self.background, backgroundPicture)]
      + (dialogue?.speakers ?? []).enumerated().map { (Self.voice($0), $1.audio) }
    return files.compactMap { name, text in Self.file(text).map { Attachment(name: name, contents: $0) } }
  }

  /// As it is kept: the files by their names.
  var kept: FilmRequest {
    var request = self
    request.attached = attachments.map(\.name)
    (request.audio, request.backgroundPicture) = (nil, nil)
    for i in dialogue?.speakers.indices ?? 0..<0 { request.dialogue?.speakers[i].audio = nil }
    return request
  }

  // MARK: For `flexatar video`

  /// Names of the files that are worked with.
  static let sound = "sound"
  private static let background = "background"
  private static func voice(_ speaker: Int) -> String { "voice-\(speaker)" }

  /// Files that arguments name, and what is at fault where they are.
  var files: [(error: String, name: String)] {
    [("bad_sound", Self.sound), ("bad_background", Self.background)]
      + (dialogue?.speakers.indices ?? 0..<0).map { ("bad_sound", Self.voice($0)) }
      + [("bad_subtitles", "subtitles"), ("bad_phones", "phones.json"), ("bad_dialogue", "dialogue.json")]
      + avatars.map { ("bad_avatar", Self.fileName($0)) }
  }

  /// The command's arguments; the files that they name and that hold a part of this are written.
  /// - Parameter place: where a file of a name is to lie.
  func arguments(output: String, in place: (String) -> String) throws -> [String] {
    var arguments = ["video"]
    if let dialogue {
      let text = DialogueText(dialogue, hasVoices: hasVoices)
      try JSONEncoder().encode(text).write(to: URL(fileURLWithPath: place("dialogue.json")))
      arguments += ["--dialogue", place("dialogue.json")]
    } else {
      arguments.append(place(Self.fileName(flexatar ?? "")))
    }
    if !hasVoices { arguments.append(place(Self.sound)) }
    arguments += ["-o", output, "--resume"]
    if let second { arguments += ["--second", place(Self.fileName(second))] }
    if let mix { arguments += ["--mix", String(mix)] }
    if let mixKind { arguments += ["--mix-kind", mixKind] }
    if let mixSwing { arguments += ["--mix-swing", String(mixSwing)] }
    if let size { arguments += ["--size", size] }
    if let fps { arguments += ["--fps", String(fps)] }
    if let background { arguments += ["--background", background] }
    if attached?.contains(Self.background) == true { arguments += ["--background", place(Self.background)] }
    if let framing { arguments += ["--framing", framing] }
    for emotion in emotion?.settings ?? [] where !emotion.hasPrefix("neutral") { arguments += ["--emotion", emotion] }
    if let mood { arguments += ["--mood", String(mood)] }
    if let headMotion { arguments += ["--head-motion", headMotion] }
    for (flag, isSet) in [("--still", still), ("--round", round), ("--mirrored", mirrored)] where isSet == true {
      arguments.append(flag)
    }
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
      var audio: String?
    }
    var speakers: [Speaker]
    var turns: [Dialogue.Turn]?
    var chapters: [Dialogue.Chapter]?

    init(_ dialogue: Dialogue, hasVoices: Bool) {
      speakers = dialogue.speakers.enumerated().map {
        Speaker(name: $1.name, avatar: fileName($1.flexatar), audio: hasVoices ? voice($0) : nil)
      }
      (turns, chapters) = (dialogue.turns, dialogue.chapters)
    }
  }
}
