import Crypto
import Foundation
import Synchronization

/// Claims of tokens whose signatures were good, by digest: a page that asks often has its token's signature checked
/// once. A signature stays good while the process runs, since its keys do not change; whether a token has ended, and
/// what its subscription says, is looked at each time.
final class VerifiedTokens: Sendable {
  /// So many are remembered at most.
  private static let limit = 4096

  private let claims = Mutex<[SHA256Digest: UserClaims]>([:])

  static func digest(of token: String) -> SHA256Digest { SHA256.hash(data: Data(token.utf8)) }

  func claims(of digest: SHA256Digest) -> UserClaims? { claims.withLock { $0[digest] } }

  /// - Parameter now: when they are too many, those that ended before are forgotten first.
  func keep(_ new: UserClaims, of digest: SHA256Digest, at now: Date) {
    claims.withLock { claims in
      if claims.count >= Self.limit { claims = claims.filter { Double($0.value.exp) > now.timeIntervalSince1970 } }
      if claims.count >= Self.limit { claims = [:] }
      claims[digest] = new
    }
  }
}
