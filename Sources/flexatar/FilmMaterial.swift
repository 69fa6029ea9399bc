import Face
import Film
import Glibc
import Photo
import Workshop

/// Opens films that avatars are made of; what is wrong with them is a refusal.
enum FilmMaterial {
  private static let endings: Set = [
    "mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "ts", "mts", "3gp", "flv", "wmv",
  ]

  /// Whether a file is a film, by its name.
  static func isFilm(_ path: String) -> Bool {
    guard let dot = path.lastIndex(of: ".") else { return false }
    return endings.contains(path[path.index(after: dot)...].lowercased())
  }

  static func watch(_ path: String, _ files: DataFiles, smallestEyeDistance: Float) throws -> FilmPhotos {
    guard access(path, R_OK) == 0 else { throw Failure("\(path): \(String(cString: strerror(errno)).lowercased())") }
    let faces = try FaceFinder(files)
    var bar = ProgressBar("watching")
    defer { bar.clear() }
    do throws(FilmPhotosError) {
      return try FilmPhotos(
        path: path, faces: faces, smallestEyeDistance: smallestEyeDistance, progress: { bar.show($0) })
    } catch {
      throw Failure(code: error.code, error.message)
    }
  }
}
