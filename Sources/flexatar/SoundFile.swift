import Film
import Glibc

/// Opens sound files with sentences that name them.
enum SoundFile {
  static func open(_ path: String) throws -> AudioReader {
    // libav does not say whether a file is missing or no sound.
    guard access(path, R_OK) == 0 else { throw Failure("\(path): \(String(cString: strerror(errno)).lowercased())") }
    do {
      return try AudioReader(path: path)
    } catch {
      throw Failure("\(path): \(error.message)")
    }
  }
}
