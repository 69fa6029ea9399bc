import ArgumentParser
import Linear
import Stage

/// `photo`, `none`, `#rrggbb` or the path of a picture.
enum BackgroundOption: ExpressibleByArgument {
  case photo
  case none
  case colour(Vector3)
  case file(String)

  init?(argument: String) {
    switch argument {
    case "photo": self = .photo
    case "none", "transparent": self = .none
    case let text where text.hasPrefix("#"):
      let digits = text.dropFirst()
      guard digits.count == 6, digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16) else {
        return nil
      }
      func channel(_ shift: UInt32) -> Float { Float(value >> shift & 255) / 255 }
      self = .colour(Vector3(channel(16), channel(8), channel(0)))
    case "": return nil
    default: self = .file(argument)
    }
  }

  var defaultValueDescription: String { "photo" }

  var isNone: Bool {
    if case .none = self { return true }
    return false
  }

  /// What the stage calls it.
  var background: Background {
    switch self {
    case .photo: .photo
    case .none: .transparent
    case .colour(let colour): .colour(colour)
    case .file: .picture
    }
  }
}
