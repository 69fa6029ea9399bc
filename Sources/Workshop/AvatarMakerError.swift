import Face
import Photo

/// Why there is no avatar.
public enum AvatarMakerError: Error, Sendable {
  /// The photo was read and is not good enough; says how to mend it.
  case refused(PhotoRefusal)
  /// The file could not be opened, or a picture not be encoded.
  case photo(PhotoError)

  /// Damaged and oversized pictures are refusals too.
  public init(_ error: PhotoError) {
    switch error {
    case .unreadable: self = .refused(.unreadable)
    case .tooManyPixels, .tooManyBytes: self = .refused(.tooLarge)
    case .file, .notEncoded: self = .photo(error)
    }
  }
}
