import Linear

/// Which of several faces of a photo is meant.
public enum FaceChoice: Equatable, Sendable {
  /// 1 the leftmost.
  case number(Int)
  /// The one whose middle lies nearest to a place, photo pixels; nobody where that is further away than the face is
  /// long.
  case near(Vector2)

  /// The same choice in a copy of the photo, `scale` times as wide and as high.
  public func scaled(by scale: Vector2) -> Self {
    switch self {
    case .number: self
    case .near(let place): .near(place * scale)
    }
  }
}
