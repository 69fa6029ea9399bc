import Database

/// What a user token opens, and the keys that sign it.
extension Transaction {
  /// The subscription and the account that a token speaks for.
  /// - Throws: `BackendError.tokenEnded` when the subscription was deleted, `.accountSuspended`.
  public func grant(_ claims: UserClaims) throws -> (account: Account, subscription: Subscription) {
    guard
      let row = try sql.first(
        """
        SELECT account.id, name, account.created_at, suspended_at, \
        subscription.id, account_id, authtype, user_name, crt, testing, subscription.created_at, expires_at
        \(Self.ofClaims)
        """, .text(claims.sub), .text(claims.tenant))
    else { throw BackendError.tokenEnded }
    let account = Account(row)
    guard account.suspendedAt == nil else { throw BackendError.accountSuspended }
    return (account, Subscription(row.dropping(4)))
  }

  /// What is left of the subscription that a token speaks for, by one statement.
  /// - Throws: as `grant`.
  public func usage(_ claims: UserClaims) throws -> SubscriptionUsage {
    guard let row = try sql.first(Self.usage, .text(claims.sub), .text(claims.tenant)) else {
      throw BackendError.tokenEnded
    }
    guard row.moment(0) == nil else { throw BackendError.accountSuspended }
    return SubscriptionUsage(
      expiresAt: row.moment(1)!, testing: row.truth(2), sessions: row.count(3), creations: row.count(4))
  }

  private static let ofClaims = """
    FROM subscription JOIN account ON account.id = account_id
    WHERE subscription.id = $1 AND account_id = $2 AND deleted_at IS NULL
    """

  private static let usage = """
    SELECT suspended_at, expires_at, testing, (SELECT COUNT(*) FROM session WHERE subscription_id = subscription.id), \
    (SELECT COUNT(*) FROM job WHERE subscription_id = subscription.id AND \(countsAsCreation))
    \(ofClaims)
    """

  /// The keys that sign and check, newest first; the first one ever is made here.
  func keys() throws -> [UserTokens.Key] {
    let rows = try sql.query("SELECT id, secret FROM signing_key ORDER BY created_at DESC, id")
    if !rows.isEmpty { return rows.map { UserTokens.Key(id: $0[0], secret: $0[1]) } }
    // Two servers that start at once make one key: the second finds the first one's row.
    let key = UserTokens.Key(id: "key_1", secret: Random.text(64))
    try sql.query(
      "INSERT INTO signing_key (id, secret, created_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING", .text(key.id),
      .text(key.secret), milliseconds)
    return [
      UserTokens.Key(
        id: key.id, secret: try sql.first("SELECT secret FROM signing_key WHERE id = $1", .text(key.id))![0])
    ]
  }
}
