import Foundation
import JWTKit

/// Tokens for browsers: JSON Web Tokens (RFC 7519) signed by HMAC-SHA-256, for one subscription, short. What they allow
/// is checked against the subscription each time they are used.
public struct UserTokens: Sendable {
  /// A key and its name; the first of several signs, all of them check.
  struct Key: Equatable, Sendable {
    let id: String
    let secret: String
  }

  private let keys: JWTKeyCollection
  private let current: JWKIdentifier
  private let verified = VerifiedTokens()

  init(keys: [Key]) async {
    self.keys = JWTKeyCollection()
    current = JWKIdentifier(string: keys.first!.id)
    for key in keys {
      await self.keys.add(
        hmac: HMACKey(from: key.secret), digestAlgorithm: .sha256, kid: JWKIdentifier(string: key.id))
    }
  }

  /// Makes a token.
  /// - Parameters:
  ///   - domains: hosts (`example.com`, `localhost:8080`) or origins (`https://example.com`) whose pages may use it;
  ///     empty: any.
  ///   - restricted: neither creates nor deletes.
  /// - Returns: the token, and when it ends.
  /// - Throws: `BackendError.invalid`.
  public func issue(for subscription: Subscription, domains: [String], restricted: Bool, at now: Date, rules: Rules)
    async throws -> (text: String, expiresAt: Date)
  {
    let seconds = Int(now.timeIntervalSince1970)
    let claims = UserClaims(
      iss: UserClaims.issuer, aud: UserClaims.audience, sub: subscription.id,
      user: subscription.name.digest(of: subscription.accountID),
      tenant: subscription.accountID,
      scope: restricted ? [.use] : [.use, .create, .delete],
      origins: try domains.isEmpty ? nil : OriginList(domains).entries, jti: Random.id("tok"), iat: seconds,
      exp: seconds + rules.tokenSeconds)
    let text = try await keys.sign(claims, kid: current)
    return (text, Date(timeIntervalSince1970: Double(claims.exp)))
  }

  /// What a token allows, if it is ours, not over, and used from where it may be.
  /// - Parameter origin: the request's `Origin`, where it has one.
  /// - Throws: `BackendError.unauthorized`, `.tokenEnded`, `.originRefused`.
  public func check(_ text: String, origin: String?, at now: Date) async throws -> UserClaims {
    let claims = try await claims(of: text, at: now)
    guard now.timeIntervalSince1970 < Double(claims.exp) else { throw BackendError.tokenEnded }
    if let origins = claims.origins {
      guard let origin, OriginList(entries: origins).contains(origin) else { throw BackendError.originRefused }
    }
    return claims
  }

  /// What a token of ours says, ended or not.
  private func claims(of text: String, at now: Date) async throws -> UserClaims {
    // Nothing of ours is longer; what is, need not be decoded.
    guard text.utf8.count <= 8192 else { throw BackendError.unauthorized }
    let digest = VerifiedTokens.digest(of: text)
    if let known = verified.claims(of: digest) { return known }
    guard let claims = try? await keys.verify(text, as: UserClaims.self), claims.iss == UserClaims.issuer,
      claims.aud == UserClaims.audience
    else { throw BackendError.unauthorized }
    verified.keep(claims, of: digest, at: now)
    return claims
  }
}

/// What a user token says.
public struct UserClaims: JWTPayload, Equatable {
  static let issuer = "flexatar"
  static let audience = "flexatar-user"

  public enum Scope: String, Codable, Sendable {
    case use, create, delete
  }

  let iss: String
  let aud: String
  /// The subscription.
  let sub: String
  /// Whose it is, the same for all of a user's subscriptions; nil in tokens that are older than this.
  let user: String?
  /// The account.
  let tenant: String
  public let scope: [Scope]
  let origins: [String]?
  let jti: String
  let iat: Int
  /// Seconds since 1970.
  public let exp: Int

  public var isRestricted: Bool { !scope.contains(.create) }

  // `UserTokens.check` looks at the claims: it is handed the time.
  public func verify(using algorithm: some JWTAlgorithm) {}
}
