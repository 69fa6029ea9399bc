import Speech
import Testing

@Suite("A script takes the network's place where it says something")
struct ScriptTests {
  static func entry(_ start: Double, _ end: Double, _ symbol: String) -> Script.Entry {
    Script.Entry(start: start, end: end, symbol: Array(symbol.utf8))
  }

  /// The frames of `sound`, 16 kHz, under `script`.
  static func frames(of sound: [Float], _ script: Script) throws -> [SpeechFrame] {
    let tracker = try SpeechTracker(model: Signals.model)
    tracker.script = script
    try sound.withUnsafeBufferPointer { try tracker.feed($0, sampleRate: 16_000) }
    tracker.finish()
    var frames: [SpeechFrame] = []
    while let frame = tracker.nextFrame() { frames.append(frame) }
    return frames
  }

  static let sound =
    Signals.silence(seconds: 0.2) + Signals.syllable(pitch: 120, seconds: 0.8) + Signals.silence(seconds: 0.5)

  @Test func `Every phone has its viseme, with and without stress, in any case`() {
    let table: [(String, Viseme)] = [
      ("P", .PP), ("m", .PP), ("V", .FF), ("DH", .TH), ("T", .DD), ("NG", .kk), ("ZH", .CH), ("Z", .SS), ("L", .nn),
      ("ER0", .RR), ("AH1", .aa), ("ay2", .aa), ("HH", .E), ("IY", .ih), ("OY1", .oh), ("W", .ou), ("SIL", .sil),
      ("sil", .sil), ("PP", .PP), ("kk", .kk), ("nn", .nn), ("aa", .aa), ("E", .E), ("ih", .ih), ("oh", .oh),
      ("ou", .ou),
    ]
    for (symbol, viseme) in table { #expect(Viseme(symbol: Array(symbol.utf8)) == viseme, "\(symbol)") }
    for viseme in Viseme.allCases { #expect(Viseme(symbol: Array("\(viseme.name)".utf8)) == viseme) }
    for symbol in ["", " ", "XQ", "P B", "1", "AA11", "ä", "\0", "X", "/", "//", "/AA/", "[p", "ʰ", "\u{301}", "pʃ"] {
      #expect(Viseme(symbol: Array(symbol.utf8)) == nil, "\(symbol)")
    }
  }

  @Test func `Phones may be written in the IPA, with any marks`() {
    let table: [(String, Viseme)] = [
      ("p", .PP), ("pʰ", .PP), ("β", .PP), ("ʋ", .FF), ("p͡f", .FF), ("θ", .TH), ("ð", .TH), ("t̪", .DD), ("ɾ", .DD),
      ("ɡ", .kk), ("g", .kk), ("ŋ", .kk), ("ʁ", .kk), ("x", .kk), ("[q]", .kk), ("q", .sil), ("t͡ʃ", .CH), ("dʒ", .CH),
      ("ɕː", .CH), ("t͡s", .SS), ("ɲ", .nn), ("l̩", .nn), ("ɹ", .RR), ("ɚ", .RR), ("ə˞", .RR), ("ˈaː", .aa), ("ə", .aa),
      ("ɑ̃", .aa), ("aɪ", .aa), ("h", .E), ("ɛ", .E), ("e", .E), ("j", .ih), ("ç", .ih), ("iː", .ih), ("ɔ˥", .oh),
      ("ø", .oh), ("ˌoʊ", .oh), ("u", .ou), ("kʷ", .kk), ("ʍ", .ou), ("y", .ih), ("/y/", .ou), ("yː", .ou), ("ʔ", .sil),
    ]
    for (symbol, viseme) in table { #expect(Viseme(symbol: Array(symbol.utf8)) == viseme, "\(symbol)") }
    // Bytes that are no UTF-8 name nothing, wherever they break off.
    for bytes: [UInt8] in [[0xC9], [0xE1, 0xB4], [0xFF, 0xFF], [0x80], [0xF0, 0x9F]] {
      #expect(Viseme(symbol: bytes) == nil)
    }
  }

  @Test func `What cannot be followed is named`() {
    let good = Self.entry(0, 0.1, "AA")
    let cases: [([Script.Entry], ScriptError)] = [
      ([good, Self.entry(0.1, 0.2, "QX")], .unknownSymbol(entry: 2, symbol: Array("QX".utf8))),
      ([good, Self.entry(0.2, 0.2, "P")], .badTime(entry: 2)), ([Self.entry(.nan, 1, "P")], .badTime(entry: 1)),
      ([Self.entry(0, .infinity, "P")], .badTime(entry: 1)),
      ([good, Self.entry(0.05, 0.2, "P")], .notInOrder(entry: 2)),
    ]
    for (entries, error) in cases { #expect(throws: error) { try Script(entries) } }
    #expect(ScriptError.unknownSymbol(entry: 2, symbol: Array("QX".utf8)).message.contains("'QX'"))
    #expect(throws: Never.self) { try Script([good, Self.entry(0.0995, 0.2, "P")]) }
  }

  @Test func `The frames of a phone are its viseme's alone, loudness stays the sound's`() throws {
    let script = try Script([Self.entry(0.3, 0.5, "OW1"), Self.entry(0.5, 0.6, "M"), Self.entry(0.6, 0.8, "SIL")])
    let network = try Self.frames(of: Self.sound, Script())
    let frames = try Self.frames(of: Self.sound, script)
    try #require(frames.count == network.count)
    for (frame, heard) in zip(frames, network) {
      switch frame.time {
      case 0.3..<0.5:
        #expect(frame.visemes[.oh] == 1)
        #expect(abs(frame.loudness * (1 - heard.visemes[.sil]) - heard.loudness) < 1e-5 && frame.pitch == heard.pitch)
      case 0.5..<0.6: #expect(frame.visemes[.PP] == 1)
      case 0.6..<0.8: #expect(frame.visemes[.sil] == 1 && frame.loudness == 0)
      case ..<0.27, 0.83...: #expect(frame == heard)
      default: break
      }
      #expect(abs((0..<15).reduce(0) { $0 + frame.visemes.lanes[$1] } - 1) < 1e-5)
    }
    #expect(frames.filter { (0.35..<0.6).contains($0.time) }.allSatisfy { $0.loudness > 0.1 })
  }

  @Test func `Edges blend within 30 milliseconds and gaps are the network's`() throws {
    let script = try Script([
      Self.entry(0.4, 0.5, "UW"), Self.entry(0.5, 0.6, "SPN"), Self.entry(0.6, 0.65, "UW"),
      Self.entry(0.68, 0.75, "UW"),
    ])
    let network = try Self.frames(of: Self.sound, Script())
    let frames = try Self.frames(of: Self.sound, script)
    for (frame, heard) in zip(frames, network) where (0.53..<0.57).contains(frame.time) { #expect(frame == heard) }
    // From outside in, the script gains frame by frame, in steps that no eye sees as a jump.
    let ramp = frames.filter { (0.36..<0.405).contains($0.time) }.map { $0.visemes[.ou] }
    for (earlier, later) in zip(ramp, ramp.dropFirst()) { #expect(later >= earlier && later - earlier < 0.55) }
    // A hole of 30 ms is bridged: the script has the larger share in it.
    let hole = frames.filter { (0.65..<0.68).contains($0.time) }
    #expect(!hole.isEmpty && hole.allSatisfy { $0.visemes[.ou] > 0.5 })
  }

  @Test func `A closure shorter than a frame is a frame of closed lips`() throws {
    for shift in 0..<10 {
      let start = 0.5 + Double(shift) / 1000
      let script = try Script([
        Self.entry(0.4, start, "AA"), Self.entry(start, start + 0.004, "B"), Self.entry(start + 0.004, 0.7, "AA"),
      ])
      let closed = try Self.frames(of: Self.sound, script).filter { $0.visemes[.PP] == 1 }
      #expect(closed.count == 1, "\(start)")
    }
  }

  @Test func `A later script takes the earlier one's place from its own beginning on`() throws {
    var script = try Script([Self.entry(0.2, 0.5, "AA"), Self.entry(0.5, 0.9, "UW")])
    script.append(try Script([Self.entry(0, 0.1, "IY")]), delayedBy: 0.4)
    #expect(script == (try Script([Self.entry(0.2, 0.4, "AA"), Self.entry(0.4, 0.5, "IY")])))
    script.append(Script(), delayedBy: 9)
    #expect(!script.isEmpty)
    script.forget(before: 0.4)
    #expect(script == (try Script([Self.entry(0.4, 0.5, "IY")])))
    script.forget(before: 0.5)
    #expect(script.isEmpty)
  }
}
