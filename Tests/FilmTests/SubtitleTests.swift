import Film
import Fuzzing
import Photo
import Testing

@Suite("Subtitles")
struct SubtitleTests {
  private func read(_ text: String) throws -> [Subtitle] { try Subtitle.read(Array(text.utf8)) }

  @Test("SubRip: numbers, Windows' line ends, markup, places, a byte order mark")
  func subRip() throws {
    let text =
      "\u{FEFF}1\r\n00:00:01,000 --> 00:00:02,500 X1:10\r\n<i>Good</i> {\\an8}morning,\r\nAnna &amp; Ben.\r\n\r\n"
      + "2\r\n01:02:03,04 --> 01:02:04\r\n3 < 4\r\n"
    #expect(
      try read(text) == [
        Subtitle(start: 1, end: 2.5, text: "Good morning,\nAnna & Ben."),
        Subtitle(start: 3723.04, end: 3724, text: "3 < 4"),
      ])
  }

  @Test("Lines of tags that never end, and texts that all overlap, take no time", .timeLimit(.minutes(1)))
  func hostile() throws {
    for line in [
      String(repeating: "<a", count: 200_000), String(repeating: "{\\", count: 200_000),
      String(repeating: "<<a> ", count: 60_000),
    ] {
      let read = try read("1\n00:00:01,000 --> 00:00:02,000\n\(line)\n")
      #expect(read.count == 1)
    }
    let nested = (0..<20_000).map { Subtitle(start: Double($0), end: Double(90_000 - $0), text: "Text \($0)") }
    let shown = Subtitle.oneAtATime(nested)
    #expect(shown.allSatisfy { $0.text.count < 200 } && shown.contains { $0.text.hasSuffix("Text 19999") })
  }

  @Test("WebVTT: notes, styles, names, settings, speakers; in order of time")
  func webVTT() throws {
    let text = """
      WEBVTT - a title
      Kind: captions

      NOTE nothing
      of this

      STYLE
      ::cue { color: red }

      second
      00:05.000 --> 00:06.000 align:start line:0
      <v Ben>Later

      00:01.000 --> 00:02.000
      שלום
      """
    #expect(
      try read(text) == [Subtitle(start: 1, end: 2, text: "שלום"), Subtitle(start: 5, end: 6, text: "Later")])
  }

  @Test("What is said together is shown together; who only ends late makes room")
  func together() {
    func shown(_ subtitles: (Double, Double, String)...) -> [Subtitle] {
      Subtitle.oneAtATime(subtitles.map { Subtitle(start: $0.0, end: $0.1, text: $0.2) })
    }
    #expect(
      shown((0, 5, "A long\nsentence."), (1, 1.4, "Mhm.")) == [
        Subtitle(start: 0, end: 1, text: "A long\nsentence."),
        Subtitle(start: 1, end: 1.4, text: "- A long sentence.\n- Mhm."),
        Subtitle(start: 1.4, end: 5, text: "A long\nsentence."),
      ])
    #expect(
      shown((2, 4, "B"), (0, 3, "A")) == [
        Subtitle(start: 0, end: 2, text: "A"), Subtitle(start: 2, end: 3, text: "- A\n- B"),
        Subtitle(start: 3, end: 4, text: "B"),
      ])
    #expect(shown((0, 1, "A"), (0, 1, "B")) == [Subtitle(start: 0, end: 1, text: "- A\n- B")])
    let late = [Subtitle(start: 0, end: 2, text: "A"), Subtitle(start: 2, end: 3, text: "A")]
    #expect(shown((0, 2.3, "A"), (2, 3, "A")) == late)
    #expect(shown((0, 2, "A"), (2, 3, "A")) == late)
    #expect(shown() == [])
  }

  @Test("Burnt in, a long text that somebody speaks into goes on where it was")
  func spokenInto() throws {
    let words = (1...60).map { "word\($0)" }
    let painter = try SubtitlePainter(
      [
        Subtitle(start: 0, end: 30, text: words.joined(separator: " ")), Subtitle(start: 12, end: 13, text: "Really?"),
      ], width: 320, height: 240)
    let shown = painter.subtitles
    #expect(shown.count > 4)
    #expect(zip(shown, shown.dropFirst()).allSatisfy { $0.end == $1.start })
    let together = shown.filter { $0.text.contains("Really?") }
    #expect(together.first?.start == 12 && together.last?.end == 13)
    // Each word belongs to one time, in order.
    let begun = words.map { word in
      shown.first { $0.text.split(whereSeparator: \.isWhitespace).contains(Substring(word)) }?.start ?? -1
    }
    #expect(begun == begun.sorted() && begun.first == 0)
    #expect(shown.filter { $0.start >= 13 }.allSatisfy { !$0.text.contains("word1 ") })
  }

  @Test("Lines with tabs, as scripts have them")
  func table() throws {
    #expect(
      try read("start\tend\ttext\n# a remark\n0\t1.5\tOne\ttwo\n\n1.5\t2\tThree\n") == [
        Subtitle(start: 0, end: 1.5, text: "One\ttwo"), Subtitle(start: 1.5, end: 2, text: "Three"),
      ])
  }

  @Test(
    "What is wrong is told with its line",
    arguments: [
      ("1\n00:00:01,000 --> 00:00:61,000\nA", SubtitleError.badTime(line: 2)),
      ("1\n00:00:01,000 -> 00:00:02,000\nA\n\n2\n00:01 --> 00:02\nB", .noTime(line: 2)),
      ("1\n00:00:02,000 --> 00:00:02,000\nA", .endsBeforeStart(line: 2)),
      ("1\n00:00:01,000 --> 00:00:02,000\nA\n\n2\n00:00:03,000 --> 00:00:04,000\n\n", .noWords(line: 6)),
      ("00:00:01,000 --> soon\nA", .badTime(line: 1)), ("WEBVTT\n\nA", .noTime(line: 3)), ("WEBVTT\n", .empty),
      ("", .empty), ("0\t1\n", .noTime(line: 1)), ("0\t1\tA\n-1\t2\tB", .badTime(line: 2)),
      ("1\t0\tA", .endsBeforeStart(line: 1)), ("0\tnan\tA", .badTime(line: 1)), ("hello", .noTime(line: 1)),
      ("1e300\t2e300\tA", .badTime(line: 1)), ("0\t1e7\tA", .badTime(line: 1)),
      ("9999:00:00,000 --> 9999:00:01,000\nA", .badTime(line: 1)),
    ])
  func wrong(_ text: String, _ error: SubtitleError) {
    #expect(throws: error) { try read(text) }
  }

  @Test("Bytes that are not UTF-8 are told")
  func notText() {
    #expect(throws: SubtitleError.notText) { try Subtitle.read([0xFF, 0xFE, 0x31, 0]) }
  }

  @Test("No damage stops the reader, and what it takes has an end behind its start")
  func survives() throws {
    let good = Array(
      "WEBVTT\n\nNOTE x\n\n1\n00:01.000 --> 00:02.000\n<b>A</b> {\\an8} &lt;\n\n2\n01:00:03,5 --> 01:00:04\nB\n".utf8)
    Fuzz.run("subtitles", atLeast: 2000) { random in
      var bytes = good
      for _ in 0...random.below(6) { bytes.mutate(&random) }
      guard let subtitles = try? Subtitle.read(bytes) else { return false }
      #expect(subtitles.allSatisfy { $0.start < $0.end && $0.start >= 0 })
      return true
    }
  }

  // Tangut, which died out in the 16th century: no font that a system comes with has it.
  @Test("Letters that would be boxes are named, each once, and are no part of a picture")
  func letters() {
    #expect(Photo.lettersWithoutFont(in: "Good day,\n<שלום> & Ω — €5…") == [])
    #expect(Photo.lettersWithoutFont(in: "Good\n𗀀 day 𗀁𗀀") == ["𗀀", "𗀁"])
    let text = String(String.UnicodeScalarView((0x17000...0x17006).compactMap(Unicode.Scalar.init)))
    let error = #expect(throws: SubtitleError.self) {
      try SubtitlePainter([Subtitle(start: 0, end: 1, text: text)], width: 64, height: 64)
    }
    #expect(error?.message.contains("'𗀀', '𗀁', '𗀂', '𗀃', '𗀄' and 2 more letters") == true)
  }
}
