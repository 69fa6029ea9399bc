/// What can be wrong with the bytes of a rig.
public enum RigError: Error, Equatable, Sendable {
  /// The file does not begin as a rig file does.
  case notARig
  /// The file was made for another version of this reader.
  case unsupportedVersion
  /// The file is shorter or longer than it says.
  case truncated
  /// The checksum does not match the content.
  case damaged
  /// A section that must be there is missing.
  case missingSection
  /// A section contradicts another one or itself (an index out of range, a length that does not fit).
  case inconsistent
  /// The fit file was made for another player file.
  case mismatchedFit

  /// The sentence for the user.
  public var message: String {
    switch self {
    case .notARig: "This is not a rig file."
    case .unsupportedVersion: "The rig file has a version this program does not know."
    case .truncated: "The rig file is incomplete."
    case .damaged: "The rig file is damaged (checksum)."
    case .missingSection: "A part of the rig file is missing."
    case .inconsistent: "The rig file contradicts itself."
    case .mismatchedFit: "The two rig files do not belong together."
    }
  }
}
