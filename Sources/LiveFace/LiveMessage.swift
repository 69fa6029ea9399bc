import Foundation
import Linear
import Performance
import Stage
import Workshop

/// What a client may say as text.
enum LiveMessage: Sendable {
  case hello(LiveWish)
  case segmentEnd
  case clearBuffer
  case emotion([(Emotion, Float)])

  private struct Text: Decodable {
    var type: String
    var avatar: String?
    var rate: Int?
    var width: Int?
    var height: Int?
    var fps: Double?
    var framing: String?
    var background: String?
    var emotion: [String: Float]?
    var seed: UInt64?
  }

  /// - Throws: `LiveRefusal`, which names the member.
  init(_ text: String) throws(LiveRefusal) {
    let parsed: Text
    do {
      parsed = try JSONDecoder().decode(Text.self, from: Data(text.utf8))
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      let name = context.codingPath.first?.stringValue ?? "The message"
      throw LiveRefusal(code: "bad-message", message: "\(name) is of the wrong type.")
    } catch DecodingError.keyNotFound(let key, _) {
      throw LiveRefusal(code: "bad-message", message: "\(key.stringValue) is missing.")
    } catch {
      throw LiveRefusal(code: "bad-message", message: "A text message is a JSON object with a type.")
    }
    switch parsed.type {
    case "hello": self = .hello(try Self.wish(parsed))
    case "segment_end": self = .segmentEnd
    case "clear_buffer": self = .clearBuffer
    case "emotion": self = .emotion(try Self.emotions(parsed.emotion ?? [:]))
    default:
      throw LiveRefusal(
        code: "bad-message", message: "type is one of hello, segment_end, clear_buffer and emotion.")
    }
  }

  private static func wish(_ text: Text) throws(LiveRefusal) -> LiveWish {
    var wish = LiveWish()
    if let name = text.avatar {
      let isPlain = name.utf8.allSatisfy { $0 >= 0x80 ? false : isLetter($0) } && 1...64 ~= name.utf8.count
      guard isPlain else {
        throw LiveRefusal(code: "bad-avatar", message: "avatar is a name of letters, digits, - and _.")
      }
      wish.avatar = name
    }
    if let rate = text.rate {
      guard [16_000, 24_000, 48_000].contains(rate) else {
        throw LiveRefusal(code: "bad-rate", message: "rate is 16000, 24000 or 48000 samples a second.")
      }
      wish.rate = rate
    }
    (wish.width, wish.height) = (text.width ?? wish.width, text.height ?? wish.height)
    guard 64...1920 ~= wish.width, 64...1920 ~= wish.height, wish.width % 2 == 0, wish.height % 2 == 0 else {
      throw LiveRefusal(code: "bad-size", message: "width and height are even numbers from 64 to 1920.")
    }
    if let fps = text.fps {
      guard 10...60 ~= fps else { throw LiveRefusal(code: "bad-fps", message: "fps is a number from 10 to 60.") }
      wish.fps = fps
    }
    if let name = text.framing {
      guard let framing = Framing.allCases.first(where: { "\($0.name)" == name }) else {
        throw LiveRefusal(code: "bad-framing", message: "framing is close, portrait, shoulders or photo.")
      }
      wish.framing = framing
    }
    if let text = text.background { wish.background = try background(text) }
    wish.emotions = try emotions(text.emotion ?? [:])
    if let seed = text.seed { wish.seed = seed }
    return wish
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"): true
    default: false
    }
  }

  private static func background(_ text: String) throws(LiveRefusal) -> Background {
    switch text {
    case "photo": return .photo
    case "transparent": return .transparent
    default:
      guard let colour = Vector3(hex: text) else {
        throw LiveRefusal(code: "bad-background", message: "background is photo, transparent or #rrggbb.")
      }
      return .colour(colour)
    }
  }

  private static func emotions(_ strengths: [String: Float]) throws(LiveRefusal) -> [(Emotion, Float)] {
    var list: [(Emotion, Float)] = []
    for (name, strength) in strengths {
      guard let emotion = Emotion.allCases.first(where: { "\($0.name)" == name }), 0...1 ~= strength else {
        throw LiveRefusal(
          code: "bad-emotion",
          message: "emotion has strengths from 0 to 1 by the names joy, anger, sadness, surprise, disgust, confusion.")
      }
      list.append((emotion, strength))
    }
    return list
  }
}
