import Head
import Speech
import Workshop

/// The lines of a track, as bytes.
struct TrackLines {
  private(set) var bytes: [UInt8] = []
  /// Frames added.
  private(set) var count = 0

  static func header(audioSeconds: Double, delaySeconds: Double) -> [UInt8] {
    let header = JSONText.object([
      ("type", .string("header")), ("audioSeconds", .number(audioSeconds, digits: 6)),
      ("fps", .integer(VoiceTrack.framesPerSecond)), ("delayMs", .number(delaySeconds * 1000, digits: 3)),
      ("visemes", .array(Viseme.allCases.map { .string("\($0.name)") })),
      ("blendshapes", .array(Blendshape.allCases.map { .string("\($0)") })),
    ])
    return Array((header.text + "\n").utf8)
  }

  mutating func add(_ frame: SpeechFrame, _ weights: BlendshapeWeights) {
    count += 1
    bytes.append(contentsOf: "{\"t\":".utf8)
    append(frame.time, digits: 6)
    bytes.append(contentsOf: ",\"v\":[".utf8)
    for i in 0..<Viseme.count {
      if i > 0 { bytes.append(UInt8(ascii: ",")) }
      append(Double(frame.visemes.lanes[i]), digits: 4)
    }
    bytes.append(contentsOf: "],\"b\":[".utf8)
    for i in 0..<Blendshape.count {
      if i > 0 { bytes.append(UInt8(ascii: ",")) }
      append(Double(weights[i]), digits: 4)
    }
    bytes.append(contentsOf: "]}\n".utf8)
  }

  private mutating func append(_ value: Double, digits: Int) {
    if value == 0 {
      bytes.append(UInt8(ascii: "0"))
    } else {
      bytes.append(contentsOf: JSONText.decimal(value, digits: digits).utf8)
    }
  }
}
