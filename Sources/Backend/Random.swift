import Crypto
import Foundation

/// Names that cannot be guessed, and digests.
enum Random {
  private static let letters = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)

  /// Lowercase letters and digits, five bits and a little each, from the system's generator.
  static func text(_ count: Int) -> String {
    var generator = SystemRandomNumberGenerator()
    return String(decoding: (0..<count).map { _ in letters.randomElement(using: &generator)! }, as: UTF8.self)
  }

  /// `kind_` and 128 bits.
  static func id(_ kind: String) -> String { kind + "_" + text(25) }
}

/// SHA-256 in hexadecimal.
func sha256(_ text: String) -> String { hexadecimal(SHA256.hash(data: Data(text.utf8))) }

/// HMAC-SHA-256 in hexadecimal.
func hmacSHA256(_ text: String, key: String) -> String {
  hexadecimal(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(key.utf8))))
}

private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
