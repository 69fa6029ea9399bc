import Database
import Foundation

/// Buying, listing and deleting subscriptions.
extension Transaction {
  /// Buys a month for a user. The same `crt` for the same user is the same purchase: it is charged once, and asking
  /// again changes nothing, even when that subscription was deleted since.
  /// - Parameters:
  ///   - crt: the client request token, unique for the account, at most 128 bytes.
  ///   - testing: free; its avatars are watermarked.
  /// - Throws: `BackendError.requestTokenUsed`, `.hasSubscription`, `.lowBalance`, `.invalid`, in that order.
  public func buySubscription(_ account: Account, _ name: UserName, crt: String, testing: Bool) throws {
    let crt = try UserName.checked(crt, "crt", longest: 128)
    try lock(account)
    if let earlier = try subscription(crt: crt, of: account) {
      guard earlier.authtype == name.authtype, earlier.user == name.user else { throw BackendError.requestTokenUsed }
      return
    }
    guard try liveSubscription(of: name, account) == nil else { throw BackendError.hasSubscription }
    let id = Random.id("sub")
    if !testing { try charge(rules.subscriptionCents, .subscription, subject: id, account) }
    try sql.query(
      """
      INSERT INTO subscription (\(Subscription.columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
      """, .text(id), .text(account.id), .text(name.authtype), .text(name.user), .text(crt), SQLValue(testing),
      milliseconds, .integer(Self.milliseconds(rules.monthAfter(now))))
  }

  /// Ends a user's subscription at once, and with it the user's tokens; nothing is paid back. A user without one is
  /// no error.
  public func deleteSubscription(_ account: Account, _ name: UserName) throws {
    try lock(account)
    try sql.query(
      """
      UPDATE subscription SET deleted_at = $4
      WHERE account_id = $1 AND authtype = $2 AND user_name = $3 AND deleted_at IS NULL
      """, .text(account.id), .text(name.authtype), .text(name.user), milliseconds)
  }

  /// The user's subscription, expired or not, that was not deleted.
  /// - Throws: `BackendError.noSubscription`.
  public func subscription(_ account: Account, _ name: UserName) throws -> Subscription {
    guard let subscription = try liveSubscription(of: name, account) else { throw BackendError.noSubscription }
    return subscription
  }

  /// The account's subscriptions that were not deleted, oldest first.
  /// - Parameter authtype: only of users from there.
  /// - Throws: `BackendError.invalid`.
  public func subscriptions(_ account: Account, of authtype: String? = nil) throws -> [Subscription] {
    let authtype = try authtype.map(UserName.checked(authtype:)) ?? ""
    return try sql.query(
      """
      SELECT \(Subscription.columns) FROM subscription
      WHERE account_id = $1 AND ($2 = '' OR authtype = $2) AND deleted_at IS NULL
      ORDER BY created_at, id
      """, .text(account.id), .text(authtype)
    ).map(Subscription.init)
  }

  private func liveSubscription(of name: UserName, _ account: Account) throws -> Subscription? {
    try sql.first(
      """
      SELECT \(Subscription.columns) FROM subscription
      WHERE account_id = $1 AND authtype = $2 AND user_name = $3 AND deleted_at IS NULL
      """, .text(account.id), .text(name.authtype), .text(name.user)
    ).map(Subscription.init)
  }

  private func subscription(crt: String, of account: Account) throws -> Subscription? {
    try sql.first(
      "SELECT \(Subscription.columns) FROM subscription WHERE account_id = $1 AND crt = $2", .text(account.id),
      .text(crt)
    ).map(Subscription.init)
  }
}
