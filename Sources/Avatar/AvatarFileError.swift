/// What can be wrong with the bytes of an avatar.
public enum AvatarFileError: Error, Equatable, Sendable {
  /// The file does not begin as an avatar does.
  case notAnAvatar
  /// The file has another version than this program writes.
  case otherVersion
  /// The file is shorter or longer than it says.
  case truncated
  /// The file is larger than any avatar.
  case tooLarge
  /// The checksum does not match the content.
  case damaged
  /// A section that must be there is missing.
  case missingSection
  /// It was made for another rig than this program's.
  case otherRig
  /// A number is not finite or out of its range, or sections contradict one another.
  case inconsistent

  /// A short name for programs.
  public var code: StaticString {
    switch self {
    case .notAnAvatar: "not-an-avatar"
    case .otherVersion: "other-version"
    case .truncated: "truncated"
    case .tooLarge: "too-large"
    case .damaged: "damaged"
    case .missingSection: "missing-section"
    case .otherRig: "other-rig"
    case .inconsistent: "inconsistent"
    }
  }

  /// The sentence for the user.
  public var message: String {
    switch self {
    case .notAnAvatar: "This is not an avatar (.ftar) file."
    case .otherVersion: "This avatar was made by another version of the program; create it again from its photo."
    case .truncated: "The avatar file is incomplete; download or create it again."
    case .tooLarge: "The file is too large to be an avatar."
    case .damaged: "The avatar file is damaged (checksum); download or create it again."
    case .missingSection: "A part of the avatar file is missing; create the avatar again."
    case .otherRig: "This avatar was made for another version of the head; create it again from its photo."
    case .inconsistent: "The avatar file contradicts itself; create the avatar again."
    }
  }
}
