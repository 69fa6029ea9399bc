/// What can be wrong with a picture file.
public enum PhotoError: Error, Equatable, Sendable {
  /// The file itself: missing, a folder, forbidden. `reason` is the system's.
  case file(path: String, reason: String)
  /// Not a picture of a known format, damaged, cut short or empty.
  case unreadable
  /// More pixels than `Photo.Limits` allow; said by the header, before anything is decoded.
  case tooManyPixels(width: Int, height: Int)
  /// A longer file than `Photo.Limits` allow.
  case tooManyBytes
  /// The picture could not be encoded.
  case notEncoded

  /// One sentence for the user.
  public var message: String {
    if case .file(let path, _) = self { return "\(path): \(reason)" }
    return reason
  }

  /// The sentence without the file's name.
  public var reason: String {
    switch self {
    case .file(_, let reason): reason
    case .unreadable:
      "this is not a picture that can be read; use a whole \(PictureFormat.listed) file"
    case .tooManyPixels(let width, let height):
      "the picture has \(width) x \(height) pixels; at most \(Photo.Limits.megapixels) megapixels and "
        + "\(Photo.Limits.side) pixels a side are taken: make it smaller"
    case .tooManyBytes: "the file is longer than \(Photo.Limits.megabytes) MB: make the picture smaller"
    case .notEncoded: "the picture could not be encoded"
    }
  }
}
