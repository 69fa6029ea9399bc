import Glibc

/// Why a file could not be read or written.
public enum FileError: Error, Equatable, Sendable {
  /// What the system said.
  case system(path: String, reason: String)
  /// Longer than the reader's limit (bytes).
  case tooLarge(path: String, limit: Int)

  init(_ path: String, _ code: Int32) {
    self = .system(path: path, reason: String(cString: strerror(code)).lowercased())
  }

  /// The part of the sentence behind the path.
  public var reason: String {
    switch self {
    case .system(_, let reason): reason
    case .tooLarge(_, let limit): "longer than \(limit / 1_000_000) MB"
    }
  }

  /// One sentence for the user.
  public var message: String {
    switch self {
    case .system(let path, _), .tooLarge(let path, _): "\(path): \(reason)"
    }
  }
}
