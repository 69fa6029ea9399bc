import Foundation

/// What a customer's server proves itself with: `fxs_`, 43 random letters and digits (222 bits), `_`, and six more that
/// tell a typing error from a wrong secret without asking the database.
public struct APISecret: Equatable, Sendable {
  /// The whole secret: shown once, stored nowhere.
  public let text: String

  init() {
    let random = Random.text(43)
    text = "fxs_\(random)_\(Self.checksum(random))"
  }

  /// Nil for what cannot be a secret.
  public init?(_ text: String) {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "fxs", parts[1].utf8.count == 43, parts[2] == Self.checksum(String(parts[1]))
    else { return nil }
    self.text = text
  }

  /// What is stored: 222 random bits need no slow digest.
  var digest: String { sha256(text) }
  var lastFour: String { String(text.suffix(4)) }

  private static func checksum(_ random: String) -> String { String(sha256("fxs" + random).prefix(6)) }
}
