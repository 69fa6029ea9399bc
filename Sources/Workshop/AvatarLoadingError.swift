import Avatar
import Stage

/// Why an avatar cannot be shown.
public enum AvatarLoadingError: Error, Equatable, Sendable {
  case file(AvatarFileError)
  /// One of the pictures in it is not the JPEG that the file says it is.
  case picture(AvatarImage)
  case stage(StageError)

  /// The sentence for the user.
  public var message: String {
    switch self {
    case .file(let reason): reason.message
    case .picture: "A picture in the avatar file is damaged; create the avatar again."
    case .stage(let reason): reason.message
    }
  }
}
