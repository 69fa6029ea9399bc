/// A text and when it is shown.
public struct Subtitle: Equatable, Sendable {
  /// Seconds of the film.
  public var start: Double
  public var end: Double
  /// Plain text; lines end in \n.
  public var text: String

  /// No film is so long, seconds: what comes later is a mistake, and would not fit into a container's numbers.
  public static let latest = 1e6

  public init(start: Double, end: Double, text: String) { (self.start, self.end, self.text) = (start, end, text) }
}
