/// What a film shall be.
public struct FilmPlan: Sendable {
  /// Pixels, even, 16...4096.
  public var width: Int
  public var height: Int
  /// Pictures a second, 1...240.
  public var fps: Double
  /// Nothing is behind the person: VP9 with an alpha channel (.webm), ProRes 4444 (.mov) or PNG. Alpha is straight.
  public var isTransparent = false
  /// A track of text that players show when they are asked to.
  public var subtitles: [Subtitle] = []
  public var chapters: [Chapter] = []
  /// Stands for everything that the pictures come of: what is left of a film that broke off goes on only where it has
  /// the same. Nil: it never goes on.
  public var fingerprint: String?

  public init(width: Int, height: Int, fps: Double) {
    (self.width, self.height, self.fps) = (width, height, fps)
  }

  /// A named part of the film.
  public struct Chapter: Equatable, Sendable {
    /// Seconds.
    public var start: Double
    public var title: String

    public init(start: Double, title: String) { (self.start, self.title) = (start, title) }
  }

  /// - Throws: `badSize`, `encodingFailed`.
  func check() throws(FilmError) {
    guard (16...4096).contains(width), (16...4096).contains(height), width % 2 == 0, height % 2 == 0 else {
      throw .badSize
    }
    guard fps >= 1, fps <= 240 else { throw .encodingFailed }
  }
}
