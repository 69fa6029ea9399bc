import Foundation

/// Which pages may use a token.
struct OriginList: Equatable, Sendable {
  /// Lowercase hosts, with a port where it matters, or whole origins.
  let entries: [String]

  init(entries: [String]) { self.entries = entries }

  /// - Throws: `BackendError.invalid` for more than 20, and for what is neither a host nor an origin.
  init(_ domains: [String]) throws {
    guard domains.count <= 20 else { throw BackendError.invalid("domain has at most 20 entries.") }
    entries = try domains.map { domain in
      var entry = domain.lowercased()
      if entry.hasSuffix("/") { entry.removeLast() }
      let host =
        entry.hasPrefix("https://") ? entry.dropFirst(8) : entry.hasPrefix("http://") ? entry.dropFirst(7) : entry[...]
      guard (1...260).contains(host.utf8.count), host.utf8.allSatisfy(Self.isPartOfHost) else {
        throw BackendError.invalid("domain holds hosts such as example.com, or origins such as https://example.com.")
      }
      return entry
    }
  }

  /// Whether a page of this origin (RFC 6454, `https://example.com`) is among them.
  func contains(_ origin: String) -> Bool {
    let origin = origin.lowercased()
    guard let scheme = origin.range(of: "://") else { return false }
    return entries.contains { $0 == origin || $0 == origin[scheme.upperBound...] }
  }

  private static func isPartOfHost(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
      UInt8(ascii: "-"),
      UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
      true
    default: false
    }
  }
}
