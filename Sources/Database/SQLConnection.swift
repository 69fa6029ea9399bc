/// One connection, used by one thread at a time. Statements are written once for both databases: parameters are `$1`,
/// `$2`, …; types are `BIGINT` and `TEXT`; `RETURNING` and `ON CONFLICT` are there.
public protocol SQLConnection: AnyObject {
  /// Runs one statement and answers all of its rows.
  @discardableResult
  func query(_ statement: String, _ values: [SQLValue]) throws(DatabaseError) -> [SQLRow]
  /// Runs statements without parameters, separated by semicolons.
  func script(_ statements: String) throws(DatabaseError)
  /// Begins a transaction; one that writes waits until no other does, where the database has a single writer.
  func begin(writing: Bool) throws(DatabaseError)
  /// Behind a query for rows to change: passes over those that another transaction holds, where there can be others.
  static var skippingLocked: String { get }
  /// Keeps other processes out until the transaction ends: for migrations.
  func lockForMigration() throws(DatabaseError)
}

extension SQLConnection {
  @discardableResult
  public func query(_ statement: String, _ values: SQLValue...) throws(DatabaseError) -> [SQLRow] {
    try query(statement, values)
  }

  /// The first row, or nil.
  public func first(_ statement: String, _ values: SQLValue...) throws(DatabaseError) -> SQLRow? {
    try query(statement, values).first
  }
}
