import Face
import Linear
import Pixels

/// The pictures of a film that make an avatar together: the best portrait, and others that show teeth, shut eyes and both
/// sides. Holds no more pictures than it keeps, however long the film is.
public struct FilmPhotos: Sendable {
  public private(set) var portrait: VideoReader.Picture
  /// In the film's order.
  public private(set) var further: [VideoReader.Picture]

  /// Only the beginning is watched, seconds ...
  public static let longest = 30.0
  /// ... and so many pictures of it are looked at, evenly spread ...
  public static let pictureCount = 60
  /// ... and glanced at for shut eyes in between, seconds apart.
  private static let glanceSeconds = 0.1
  /// Shorter films are refused, seconds.
  public static let shortest = 0.5
  /// Longer side of the pictures at most, pixels: what creation works with.
  private static let longestSide = 2048

  /// - Parameters:
  ///   - smallestEyeDistance: pixels between the irises below which the face is too small.
  ///   - progress: called with 0...1.
  public init(
    path: String, faces: FaceFinder, smallestEyeDistance: Float = 80, progress: (Double) -> Void = { _ in }
  ) throws(FilmPhotosError) {
    var casting = FilmCasting(faces: faces, smallestEyeDistance: smallestEyeDistance)
    let length: Double
    do throws(FilmError) {
      let film = try VideoReader(path: path, longestSide: Self.longestSide)
      let watched = min(Self.longest, film.estimatedSeconds ?? Self.longest)
      let step = watched / Double(Self.pictureCount)
      var first: Double?
      var end = 0.0
      var nextLook = -Double.infinity
      var nextGlance = -Double.infinity
      var count = 0
      while let picture = try film.next(from: min(nextLook, nextGlance)) {
        let start = first ?? picture.time
        first = start
        end = picture.time - start + 1 / film.fps
        // Headers may lie about the length.
        if end > Self.longest || count > 2 * Self.pictureCount { break }
        nextGlance = picture.time + Self.glanceSeconds - 0.5 / film.fps
        if picture.time >= nextLook {
          count += 1
          nextLook = picture.time + step - 0.5 / film.fps
          casting.look(at: picture)
        } else {
          casting.glance(at: picture)
        }
        progress(min(1, end / watched))
      }
      length = end
    } catch {
      throw .film(error)
    }
    if length < Self.shortest { throw .tooShort }
    guard let best = casting.portrait else { throw .refused(casting.refusal) }
    portrait = best
    further = casting.further.filter { $0.time != best.time }
  }
}
