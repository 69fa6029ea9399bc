import Engine
import Face
import Film
import Photo
import Speech
import Workshop

/// What ends a command early: one sentence on the error output, and an exit code.
struct Failure: Error {
  var sentence: String
  var exitCode: Int32 = 1

  init(_ sentence: String) { self.sentence = sentence }

  /// `CODE: sentence`, exit code 65.
  init(code: String, _ message: String) {
    sentence = "\(code): \(message)"
    exitCode = 65
  }

  init(_ refusal: PhotoRefusal) { self.init(code: refusal.code, refusal.message) }

  init(_ error: AvatarMakerError) {
    switch error {
    case .refused(let refusal): self.init(refusal)
    case .photo(let error): self.init(error.message)
    }
  }

  init(_ error: FilmError, about file: String) {
    sentence = "\(file): \(error.message)"
    // EX_TEMPFAIL of sysexits.h.
    if error == .busy { exitCode = 75 }
  }

  /// Runs `body`, whose errors become failures.
  static func guarding<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let failure as Failure {
      throw failure
    } catch let error as SetUpError {
      throw Failure(error.message)
    } catch let error as AvatarMakerError {
      throw Failure(error)
    } catch let error as EngineError {
      throw Failure(error.message)
    } catch let error as PhotoError {
      throw Failure(error.message)
    } catch let error as AvatarLoadingError {
      throw Failure(error.message)
    } catch let error as SpeechError {
      throw Failure(error.message)
    } catch let error as FilmError {
      throw Failure(error.message)
    } catch let error as FileError {
      throw Failure(error.message)
    }
  }
}
