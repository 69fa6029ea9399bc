import ArgumentParser
import Linear
import Stage
import Workshop

/// `photo`, `blur`, `none`, `#rrggbb` or the path of a picture.
enum BackgroundOption: ExpressibleByArgument {
  case photo
  /// The photo's, out of focus.
  case blur
  case none
  case colour(Vector3)
  case file(String)

  init?(argument: String) {
    switch argument {
    case "photo": self = .photo
    case "blur": self = .blur
    case "none", "transparent": self = .none
    case let text where text.hasPrefix("#"):
      guard let colour = Vector3(hex: text) else { return nil }
      self = .colour(colour)
    case "": return nil
    default: self = .file(argument)
    }
  }

  var defaultValueDescription: String { "photo" }

  var isBlur: Bool {
    if case .blur = self { return true }
    return false
  }

  var isNone: Bool {
    if case .none = self { return true }
    return false
  }

  /// What the stage calls it.
  var background: Background {
    switch self {
    case .photo, .blur: .photo
    case .none: .transparent
    case .colour(let colour): .colour(colour)
    case .file: .picture
    }
  }
}
