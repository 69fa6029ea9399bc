import Database
import Foundation

/// Accounts, subscriptions, sessions and tokens over a database. Knows no HTTP and no dialect of SQL.
public struct Backend: Sendable {
  private let database: Database
  private let now: @Sendable () -> Date
  public let rules: Rules
  /// Makes and checks user tokens.
  public let tokens: UserTokens
  public let transactions = TransactionCounts()
  /// Keys the digests of addresses that sessions are told apart by.
  let addressKey: String

  /// Opens the database and brings its schema up to date.
  /// - Parameter now: the clock.
  /// - Throws: `DatabaseError` where the database cannot be opened.
  public init(
    _ location: Database.Location, rules: Rules = Rules(), now: @escaping @Sendable () -> Date = { Date() }
  ) async throws {
    database = try Database(location, migrations: Schema.migrations)
    self.now = now
    self.rules = rules
    let moment = now()
    let keys = try await database.write { sql in
      try Transaction(sql: sql, now: moment, rules: rules).keys()
    }
    tokens = await UserTokens(keys: keys)
    // The oldest key: sessions must be known again when another one signs tokens.
    addressKey = keys.last!.secret
  }

  /// Runs a transaction that only looks.
  public func read<Answer: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Answer) async throws -> Answer
  {
    transactions.add(writing: false)
    let (moment, rules) = (now(), rules)
    return try await database.read { try body(Transaction(sql: $0, now: moment, rules: rules)) }
  }

  /// As `read`, for a few rows that are found by their keys; see `Database.glance`.
  public func glance<Answer: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Answer) async throws
    -> Answer
  {
    transactions.add(writing: false)
    let (moment, rules) = (now(), rules)
    return try await database.glance { try body(Transaction(sql: $0, now: moment, rules: rules)) }
  }

  /// Runs a transaction that may change something; again, where another was in the way.
  public func write<Answer: Sendable>(_ body: @escaping @Sendable (Transaction) throws -> Answer) async throws -> Answer
  {
    transactions.add(writing: true)
    let (moment, rules) = (now(), rules)
    return try await database.write { try body(Transaction(sql: $0, now: moment, rules: rules)) }
  }

  /// The clock's time.
  public var moment: Date { now() }

  /// Ends when everything under way is done.
  public func close() async { await database.close() }
}
