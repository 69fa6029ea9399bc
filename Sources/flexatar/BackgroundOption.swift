import ArgumentParser
import Linear
import Stage
import Workshop

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
      guard let colour = Vector3(hex: text) else { return nil }
      self = .colour(colour)
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
