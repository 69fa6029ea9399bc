import Database
import Foundation

/// Requests with an `Idempotency-Key`: done once, however often they are sent.
extension Transaction {
  /// Does `body` unless this account did it under this key, in which case nothing is done again. What fails is not
  /// remembered: it changed nothing and may be tried again.
  /// - Parameters:
  ///   - key: nil does it in any case. At most 255 bytes.
  ///   - subscription: whose key it is, where it is not the account's own.
  ///   - fingerprint: tells requests apart; a key goes with one request.
  /// - Returns: what `body` returned, now or the first time.
  /// - Throws: `BackendError.idempotencyKeyReused`, and what `body` throws.
  public func once(
    _ key: String?, of subscription: Subscription? = nil, fingerprint: String, _ account: Account,
    _ body: () throws -> String?
  ) throws -> String? {
    guard let key else { return try body() }
    let owner = subscription.map { "\($0.id) " } ?? ""
    let digest = sha256(owner + (try UserName.checked(key, "Idempotency-Key", longest: 255)))
    let mark = sha256(fingerprint)
    try sql.query(
      "DELETE FROM idempotent_request WHERE created_at < $1",
      .integer(Self.milliseconds(now.addingTimeInterval(-Double(rules.idempotencySeconds)))))
    // A second request with this key waits here until the first is done with.
    let first = try sql.first(
      """
      INSERT INTO idempotent_request (account_id, key_digest, fingerprint, created_at)
      VALUES ($1, $2, $3, $4) ON CONFLICT (account_id, key_digest) DO NOTHING RETURNING key_digest
      """, .text(account.id), .text(digest), .text(mark), milliseconds)
    guard first != nil else {
      let earlier = try sql.first(
        "SELECT fingerprint, result FROM idempotent_request WHERE account_id = $1 AND key_digest = $2",
        .text(account.id),
        .text(digest))
      guard earlier?[0] == mark else { throw BackendError.idempotencyKeyReused }
      return earlier?.text(1)
    }
    let result = try body()
    try sql.query(
      "UPDATE idempotent_request SET result = $3 WHERE account_id = $1 AND key_digest = $2", .text(account.id),
      .text(digest), SQLValue(result))
    return result
  }
}
