import Database
import Foundation

/// Money: entries that never change; the balance is their sum.
extension Transaction {
  /// What an entry is for.
  public enum EntryKind: String, CaseIterable, Sendable {
    case credit, subscription, session, creation, render
    /// A job that failed costs nothing.
    case refund
  }

  /// Adds prepaid money, or takes a wrong credit back (negative).
  /// - Parameter reference: the operator's name for the payment, at most 128 bytes: the same one credits once.
  /// - Throws: `BackendError.invalid`, also for a reference of another amount.
  public func credit(_ cents: Int, to account: Account, reference: String? = nil) throws {
    guard cents != 0, abs(cents) <= 100_000_000 else {
      throw BackendError.invalid("An amount is not zero and at most 1000000.00.")
    }
    try lock(account)
    if let reference {
      let reference = try UserName.checked(reference, "A reference", longest: 128)
      let earlier = try sql.first(
        "SELECT cents FROM ledger_entry WHERE account_id = $1 AND kind = 'credit' AND subject = $2", .text(account.id),
        .text(reference))
      if let earlier {
        guard earlier.count(0) == cents else {
          throw BackendError.invalid("This reference was used for another amount.")
        }
        return
      }
    }
    try enter(cents, .credit, subject: reference, account)
  }

  /// The balance, cents.
  public func balanceCents(of account: Account) throws -> Int {
    try sql.first("SELECT COALESCE(SUM(cents), 0) FROM ledger_entry WHERE account_id = $1", .text(account.id))!.count(0)
  }

  /// Takes money for something; a price of 0 leaves no entry. The account must be locked.
  /// - Throws: `BackendError.lowBalance`.
  func charge(_ cents: Int, _ kind: EntryKind, subject: String, _ account: Account) throws {
    guard cents > 0 else { return }
    guard try balanceCents(of: account) >= cents else { throw BackendError.lowBalance }
    try enter(-cents, kind, subject: subject, account)
  }

  /// Gives back what a job cost.
  func refund(_ cents: Int, subject: String, _ account: Account) throws {
    guard cents > 0 else { return }
    try enter(cents, .refund, subject: subject, account)
  }

  private func enter(_ cents: Int, _ kind: EntryKind, subject: String?, _ account: Account) throws {
    try sql.query(
      "INSERT INTO ledger_entry (id, account_id, cents, kind, subject, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
      .text(Random.id("led")), .text(account.id), SQLValue(cents), .text(kind.rawValue), SQLValue(subject), milliseconds
    )
  }
}

/// What a customer sees of the money.
extension Transaction {
  /// The balance, and what was used since the month began.
  public struct Statement: Equatable, Sendable {
    public let accountName: String
    public let balanceCents: Int
    public let subscriptions: Int
    public let sessions: Int
    /// Avatars and films that did not fail.
    public let creations: Int
    public let films: Int
    public let spentCents: Int
  }

  public func statement(of account: Account) throws -> Statement {
    let begin = SQLValue.integer(Self.milliseconds(rules.beginOfMonth(now)))
    let subscriptions = try sql.first(
      "SELECT COUNT(*) FROM subscription WHERE account_id = $1 AND created_at >= $2", .text(account.id), begin)!
    let sessions = try sql.first(
      """
      SELECT COUNT(*) FROM session JOIN subscription ON subscription.id = subscription_id
      WHERE account_id = $1 AND session.created_at >= $2
      """, .text(account.id), begin)!
    func jobs(_ kind: Job.Kind) throws -> Int {
      try sql.first(
        "SELECT COUNT(*) FROM job WHERE account_id = $1 AND created_at >= $2 AND kind = $3 AND state <> 'failed'",
        .text(account.id), begin, .text(kind.rawValue))!.count(0)
    }
    let spent = try sql.first(
      """
      SELECT COALESCE(SUM(-cents), 0) FROM ledger_entry WHERE account_id = $1 AND created_at >= $2 AND kind <> 'credit'
      """, .text(account.id), begin)!
    return Statement(
      accountName: account.name, balanceCents: try balanceCents(of: account), subscriptions: subscriptions.count(0),
      sessions: sessions.count(0), creations: try jobs(.creation), films: try jobs(.film), spentCents: spent.count(0))
  }
}
