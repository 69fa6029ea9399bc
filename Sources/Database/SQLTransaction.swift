/// What a transaction's body has of its connection. Statements are written once for both databases: parameters are `$1`,
/// `$2`, …; types are `BIGINT` and `TEXT`; `RETURNING` and `ON CONFLICT` are there.
public protocol SQLTransaction {
  /// Runs one statement and answers all of its rows. No text holds a zero byte.
  func run(_ statement: String, _ values: [SQLValue]) throws(DatabaseError) -> [SQLRow]
  /// Runs statements without parameters, separated by semicolons.
  func script(_ statements: String) throws(DatabaseError)
  /// Behind a query for rows to change: passes over those that another transaction holds, where there can be others.
  static var skippingLocked: String { get }
  /// Keeps other processes out until the transaction ends: for migrations.
  func lockForMigration() throws(DatabaseError)
}

extension SQLTransaction {
  /// Runs one statement and answers all of its rows.
  /// - Throws: also for a text with a zero byte, which neither database stores.
  @discardableResult
  public func query(_ statement: String, _ values: [SQLValue]) throws(DatabaseError) -> [SQLRow] {
    for case .text(let text) in values where text.utf8.contains(0) {
      throw DatabaseError(.zeroByte, "a text with a zero byte cannot be stored")
    }
    return try run(statement, values)
  }

  @discardableResult
  public func query(_ statement: String, _ values: SQLValue...) throws(DatabaseError) -> [SQLRow] {
    try query(statement, values)
  }

  /// The first row, or nil.
  public func first(_ statement: String, _ values: SQLValue...) throws(DatabaseError) -> SQLRow? {
    try query(statement, values).first
  }
}

/// One connection, used by one thread at a time.
protocol SQLConnection: AnyObject {
  /// Runs one transaction: all of it is kept, or nothing when `body` throws. One that writes waits until no other does,
  /// where the database has a single writer.
  func transaction<Answer>(writing: Bool, _ body: (any SQLTransaction) throws -> Answer) throws -> Answer
  /// Runs statements that only look. Each sees its own moment where that takes less time than a transaction.
  func look<Answer>(_ body: (any SQLTransaction) throws -> Answer) throws -> Answer
}
