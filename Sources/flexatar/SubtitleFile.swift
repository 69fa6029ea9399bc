import Film
import Photo

/// Reads files of subtitles with sentences that name them.
enum SubtitleFile {
  private static let limit = 16_000_000

  static func read(_ path: String) throws -> [Subtitle] {
    do {
      return try Subtitle.read(FileBytes.read(path, limit: limit))
    } catch let error as SubtitleError {
      throw Failure("\(path): \(error.message)")
    }
  }
}
