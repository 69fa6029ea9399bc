/// What can be wrong with a picture file.
public enum PhotoError: Error, Equatable, Sendable {
  /// The file itself: missing, a folder, forbidden. `reason` is the system's.
  case file(path: String, reason: String)
  /// Not a picture of a known format, damaged, cut short or empty.
  case unreadable
  /// More than `Photo.Limits` allow; said by the header, before anything is decoded.
  case tooLarge(megapixels: Int, megabytes: Int)
  /// The picture could not be encoded.
  case notEncoded

  /// One sentence for the user.
  public var message: String {
    switch self {
    case .file(let path, let reason): "\(path): \(reason)"
    case .unreadable:
      "this is not a picture that can be read; use a whole \(PictureFormat.listed) file"
    case .tooLarge(let megapixels, let megabytes):
      "the picture has \(megapixels) megapixels and \(megabytes) MB; at most \(Photo.Limits.megapixels) megapixels "
        + "and \(Photo.Limits.megabytes) MB are taken: make it smaller"
    case .notEncoded: "the picture could not be encoded"
    }
  }
}
