import Database
import Foundation

/// Avatars and films: ordering them, finding them, taking them away.
extension Transaction {
  /// Orders an avatar for a user, within the month and its creations, or for the customer itself, at a price.
  /// - Parameter request: of which face, JSON.
  /// - Throws: `BackendError.creationLimit`, `.queueLimit`, `.lowBalance`.
  public func orderAvatar(
    _ account: Account, for subscription: Subscription?, request: String = "{}"
  ) throws -> Job {
    try lock(account)
    if let subscription {
      guard !subscription.isExpired(at: now),
        try creationCount(of: subscription) < rules.creationsPerSubscription
      else { throw BackendError.creationLimit }
    }
    return try order(
      .creation, account, subscription, cents: subscription == nil ? rules.creationCents : 0, request: request)
  }

  /// Orders a film of avatars. It belongs to the user of the first that has one, and is a trial where one of them is.
  /// - Parameter request: how it shall be, JSON.
  /// - Throws: `BackendError.noAvatar`, `.queueLimit`, `.lowBalance`.
  public func orderFilm(of avatarIDs: [String], _ account: Account, request: String) throws -> Job {
    try lock(account)
    let avatars = try avatarIDs.map { try self.avatar($0, account) }
    return try order(
      .film, account, nil, user: avatars.lazy.compactMap(\.user).first, testing: avatars.contains(where: \.testing),
      cents: rules.renderCents, request: request)
  }

  private func order(
    _ kind: Job.Kind, _ account: Account, _ subscription: Subscription?, user: UserName? = nil, testing: Bool = false,
    cents: Int, request: String
  ) throws -> Job {
    try expireWaitingJobs(of: account)
    let open = "FROM job WHERE state IN ('waiting', 'queued', 'running') AND deleted_at IS NULL"
    guard
      try sql.first("SELECT COUNT(*) \(open) AND account_id = $1", .text(account.id))!.count(0) < rules.jobsPerAccount
    else { throw BackendError.queueLimit }
    if let subscription {
      let count = try sql.first("SELECT COUNT(*) \(open) AND subscription_id = $1", .text(subscription.id))!.count(0)
      guard count < rules.jobsPerSubscription else { throw BackendError.queueLimit }
    }
    let id = Random.id("job")
    try charge(cents, kind == .creation ? .creation : .render, subject: id, account)
    let row = try sql.first(
      """
      INSERT INTO job (id, kind, account_id, subscription_id, authtype, user_name, testing, state, request, cents,
        created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9, $10) RETURNING \(Job.columns)
      """, .text(id), .text(kind.rawValue), .text(account.id), SQLValue(subscription?.id),
      SQLValue(subscription?.authtype ?? user?.authtype), SQLValue(subscription?.user ?? user?.user),
      SQLValue(subscription?.testing ?? testing), .text(request), SQLValue(cents),
      milliseconds)!
    return try Job(row)
  }

  /// How many of a subscription's creations are used: those that failed are not.
  public func creationCount(of subscription: Subscription) throws -> Int {
    try sql.first(
      "SELECT COUNT(*) FROM job WHERE subscription_id = $1 AND \(Self.countsAsCreation)", .text(subscription.id))!
      .count(0)
  }

  static let countsAsCreation = "kind = 'creation' AND state <> 'failed'"

  /// Any job by its id, deleted ones too.
  public func job(_ id: String) throws -> Job? {
    try sql.first("SELECT \(Job.columns) FROM job WHERE id = $1", .text(id)).map(Job.init)
  }

  /// Whether there is such a job and nobody has deleted it.
  public func isKept(_ id: String) throws -> Bool {
    try sql.first("SELECT 1 FROM job WHERE id = $1 AND deleted_at IS NULL", .text(id)) != nil
  }

  /// The account's finished avatars, of one user or of all, newest first.
  public func avatars(_ account: Account, of user: UserName?) throws -> [Job] {
    try sql.query(
      """
      SELECT \(Job.columns) FROM job
      WHERE account_id = $1 AND kind = 'creation' AND state = 'done' AND deleted_at IS NULL
        AND ($2 = '' OR (authtype = $2 AND user_name = $3))
      ORDER BY created_at DESC, id
      """, .text(account.id), .text(user?.authtype ?? ""), .text(user?.user ?? "")
    ).map(Job.init)
  }

  /// A finished avatar of the account.
  /// - Parameter user: only if it is that user's.
  /// - Throws: `BackendError.noAvatar`, also for one of somebody else.
  public func avatar(_ id: String, _ account: Account, of user: UserName? = nil) throws -> Job {
    let avatar = try finished(.creation, id, account)
    guard user == nil || avatar.user == user else { throw BackendError.noAvatar }
    return avatar
  }

  /// A finished film of the account.
  /// - Throws: `BackendError.noFilm`.
  public func film(_ id: String, _ account: Account) throws -> Job { try finished(.film, id, account) }

  private func finished(_ kind: Job.Kind, _ id: String, _ account: Account) throws -> Job {
    guard
      let row = try sql.first(
        """
        SELECT \(Job.columns) FROM job
        WHERE id = $1 AND account_id = $2 AND kind = $3 AND state = 'done' AND deleted_at IS NULL
        """, .text(id), .text(account.id), .text(kind.rawValue))
    else { throw kind == .film ? BackendError.noFilm : BackendError.noAvatar }
    return try Job(row)
  }

  /// A job of the user, finished or not.
  /// - Throws: `BackendError.noAvatar`.
  public func job(_ id: String, _ account: Account, of user: UserName) throws -> Job {
    guard
      let row = try sql.first(
        "SELECT \(Job.columns) FROM job WHERE id = $1 AND account_id = $2 AND deleted_at IS NULL", .text(id),
        .text(account.id)), case let job = try Job(row), job.user == user
    else { throw BackendError.noAvatar }
    return job
  }

  /// Takes an avatar or a film away. Its files go with it: they are doomed here and removed after the transaction.
  /// - Throws: `BackendError.noAvatar`.
  public func deleteResult(_ id: String, _ account: Account, of user: UserName? = nil) throws {
    try lock(account)
    let row = try sql.first(
      """
      SELECT \(Job.columns) FROM job WHERE id = $1 AND account_id = $2 AND state = 'done' AND deleted_at IS NULL
      """, .text(id), .text(account.id))
    guard let job = try row.map(Job.init), user == nil || job.user == user else { throw BackendError.noAvatar }
    try delete(job)
  }

  /// Takes away everything of a user: subscription, tokens, avatars, films, also those of others that the user is in,
  /// uploads, and the user's name.
  public func deleteUser(_ account: Account, _ name: UserName) throws {
    try deleteSubscription(account, name)
    let jobs = try sql.query(
      "SELECT \(Job.columns) FROM job WHERE account_id = $1 AND authtype = $2 AND user_name = $3", .text(account.id),
      .text(name.authtype), .text(name.user))
    for job in try jobs.map(Job.init) {
      try delete(job)
      for film in try films(of: job, account) { try delete(film) }
    }
    for table in ["job", "subscription"] {
      // The rows stay for the books, each under a name of its own that says nothing.
      try sql.query(
        """
        UPDATE \(table) SET authtype = 'deleted', user_name = id
        WHERE account_id = $1 AND authtype = $2 AND user_name = $3
        """, .text(account.id), .text(name.authtype), .text(name.user))
    }
  }

  /// Films that an avatar is in, made or not.
  private func films(of avatar: Job, _ account: Account) throws -> [Job] {
    guard avatar.kind == .creation else { return [] }
    // Ids stand in orders as JSON's strings; quotes within strings have a backslash.
    return try sql.query(
      """
      SELECT \(Job.columns) FROM job
      WHERE account_id = $1 AND kind = 'film' AND deleted_at IS NULL AND request LIKE '%"' || $2 || '"%'
      """, .text(account.id), .text(avatar.id)
    ).map(Job.init)
  }

  private func delete(_ job: Job) throws {
    guard job.deletedAt == nil else { return }
    try sql.query("UPDATE job SET deleted_at = $2 WHERE id = $1", .text(job.id), milliseconds)
    try doom(job.keys)
    if job.state == .waiting || job.state == .queued { try fail(job, .deleted) }
  }
}

extension Backend {
  /// The secret part of the address that tells how a job is getting on: whoever has it may ask, without a secret.
  public func capability(of jobID: String) -> String { String(hmacSHA256("poll \(jobID)", key: addressKey).prefix(32)) }

  /// Signs forms and links of objects on this service's own disk; the same on every node.
  public var objectSecret: String { hmacSHA256("objects", key: addressKey) }
}
