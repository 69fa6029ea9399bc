import Database
import Foundation

/// Sessions: one user at one address within one day.
extension Transaction {
  /// What a subscription's user has of sessions.
  public struct SessionUsage: Equatable, Sendable {
    /// The day counted, in the rules' time zone.
    public let day: String
    /// What this session costs, cents; 0 while the subscription covers it.
    public let cents: Int
    /// Sessions so far, this one included.
    public let used: Int
  }

  /// Notes that the user is there. The first time from this address on this day begins a session: covered by the
  /// subscription until it expires or its sessions are used up, then at a fixed price each. Again the same day costs
  /// nothing.
  /// - Parameter digest: of the address, `Backend.digest(of:)`: addresses themselves are not stored.
  /// - Throws: `BackendError.lowBalance`; `.sessionLimit` for a testing subscription, which has no paid sessions.
  public func openSession(_ subscription: Subscription, _ account: Account, addressDigest digest: String) throws
    -> SessionUsage
  {
    try lock(account)
    let day = rules.day(of: now)
    let used = try sessionCount(of: subscription)
    // Also one of the subscription before a renewal: it was the same user.
    if let cents = try sql.first(
      """
      SELECT cents FROM session JOIN subscription ON subscription.id = subscription_id
      WHERE account_id = $1 AND authtype = $2 AND user_name = $3 AND address_digest = $4 AND day = $5
      """, .text(account.id), .text(subscription.authtype), .text(subscription.user), .text(digest), .text(day))?
      .count(0)
    {
      return SessionUsage(day: day, cents: cents, used: used)
    }
    let covered = !subscription.isExpired(at: now) && used < rules.sessionsPerSubscription
    guard covered || !subscription.testing else { throw BackendError.sessionLimit }
    let cents = covered ? 0 : rules.sessionCents
    let id = Random.id("ses")
    try charge(cents, .session, subject: id, account)
    try sql.query(
      """
      INSERT INTO session (id, subscription_id, address_digest, day, cents, created_at)
      VALUES ($1, $2, $3, $4, $5, $6)
      """, .text(id), .text(subscription.id), .text(digest), .text(day), SQLValue(cents), milliseconds)
    return SessionUsage(day: day, cents: cents, used: used + 1)
  }

  /// How many sessions a subscription has seen.
  public func sessionCount(of subscription: Subscription) throws -> Int {
    try sql.first("SELECT COUNT(*) FROM session WHERE subscription_id = $1", .text(subscription.id))!.count(0)
  }
}

extension Backend {
  /// Stands for an address in the database: the same each time, and no use to whoever reads it there.
  public func digest(of address: NetworkAddress) -> String { hmacSHA256(address.text, key: addressKey) }
}
