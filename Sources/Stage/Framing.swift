/// Which part of the photo's plane fills the viewport.
public enum Framing: UInt8, CaseIterable, Sendable {
  /// The photo's own frame, pixel for pixel when the viewport has the photo's size (centred cover otherwise).
  case photo
  /// Head and a little of the neck.
  case close
  /// Head and shoulders, inside the photo by a margin so that motion never shows its edge.
  case portrait
  /// Head, shoulders and chest, as far as the photo goes.
  case shoulders

  public var name: StaticString {
    switch self {
    case .photo: "photo"
    case .close: "close"
    case .portrait: "portrait"
    case .shoulders: "shoulders"
    }
  }
}
