/// A text and when it is shown.
public struct Subtitle: Equatable, Sendable {
  /// Seconds of the film.
  public var start: Double
  public var end: Double
  /// Plain text; lines end in \n.
  public var text: String

  public init(start: Double, end: Double, text: String) { (self.start, self.end, self.text) = (start, end, text) }
}
