/// Where an object lies in its store: names separated by slashes, `avatars/job_x1/avatar.ftar`. Made by this program,
/// never taken from a request as it is.
public struct ObjectKey: Hashable, Sendable {
  public let text: String

  /// Nil unless it is 2 to 4 names of lowercase letters, digits, hyphens, underscores and dots, none of which begins
  /// with a dot.
  public init?(_ text: String) {
    let names = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (2...4).contains(names.count), text.utf8.count <= 200,
      names.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") && $0.utf8.allSatisfy(Self.isAllowed) })
    else { return nil }
    self.text = text
  }

  /// By the name's end.
  var contentType: String {
    switch text.split(separator: ".").last {
    case "jpg": "image/jpeg"
    case "mp4": "video/mp4"
    case "mov": "video/quicktime"
    case "webm": "video/webm"
    case "mkv": "video/x-matroska"
    case "tar": "application/x-tar"
    default: "application/octet-stream"
    }
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
      UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
