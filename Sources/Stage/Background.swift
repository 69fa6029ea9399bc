import Linear

/// What is behind the person.
public enum Background: Equatable, Sendable {
  /// The photo's own surroundings, filled in where the person was.
  case photo
  /// Nothing: alpha 0.
  case transparent
  /// One colour, RGB 0...1.
  case colour(Vector3)
  /// The picture given to `Stage.uploadBackground`, covering the viewport.
  case picture
}
