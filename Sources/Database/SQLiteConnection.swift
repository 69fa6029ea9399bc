import GRDB

/// A SQLite file, by GRDB. Write-ahead log, and every commit reaches the disk (`synchronous=FULL`): money is in it.
final class SQLiteConnection: SQLConnection {
  // Let go of before the connection that they belong to.
  private let statements = Statements()
  private let queue: DatabaseQueue

  /// Opens the file, and makes it where it is missing.
  init(path: String) throws(DatabaseError) {
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF") }
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw DatabaseError(.unreachable, "\(path): \(DatabaseError(error).message)")
    }
  }

  func transaction<Answer>(writing: Bool, _ body: (any SQLTransaction) throws -> Answer) throws -> Answer {
    try access { database in
      var answer: Answer?
      try database.inTransaction(writing ? .immediate : .deferred) {
        answer = try body(SQLiteTransaction(database: database, statements: statements))
        return .commit
      }
      return answer!
    }
  }

  func look<Answer>(_ body: (any SQLTransaction) throws -> Answer) throws -> Answer {
    try access { try body(SQLiteTransaction(database: $0, statements: statements)) }
  }

  private func access<Answer>(_ body: (GRDB.Database) throws -> Answer) throws -> Answer {
    do { return try queue.inDatabase(body) } catch let error as GRDB.DatabaseError { throw DatabaseError(error) }
  }
}

/// A connection's prepared statements, by their text.
private final class Statements {
  private var prepared: [String: Statement] = [:]

  func statement(_ text: String, _ database: GRDB.Database) throws -> Statement {
    if let statement = prepared[text] { return statement }
    // To SQLite $2 is a name, whose number is its turn; ?2 is the second parameter.
    let statement = try database.makeStatement(sql: String(text.map { $0 == "$" ? "?" : $0 }))
    prepared[text] = statement
    return statement
  }
}

private struct SQLiteTransaction: SQLTransaction {
  let database: GRDB.Database
  let statements: Statements

  // A transaction that writes has the file to itself.
  static let skippingLocked = ""

  func lockForMigration() {}

  func script(_ statements: String) throws(DatabaseError) {
    do { try database.execute(sql: statements) } catch { throw DatabaseError(error) }
  }

  func run(_ text: String, _ values: [SQLValue]) throws(DatabaseError) -> [SQLRow] {
    do {
      let statement = try statements.statement(text, database)
      statement.setUncheckedArguments(StatementArguments(values.map(\.databaseValue)))
      var rows: [SQLRow] = []
      let cursor = try Row.fetchCursor(statement)
      while let row = try cursor.next() { rows.append(SQLRow(columns: (0..<row.count).map { row[$0] })) }
      return rows
    } catch {
      throw DatabaseError(error)
    }
  }
}

extension DatabaseError {
  fileprivate init(_ error: any Error) {
    let error = error as? GRDB.DatabaseError
    let kind: Kind =
      switch error?.extendedResultCode {
      case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY: .unique
      case .SQLITE_BUSY, .SQLITE_BUSY_SNAPSHOT, .SQLITE_LOCKED: .conflict
      default: .other
      }
    self.init(kind, error?.message ?? "SQLite does not answer")
  }
}

extension SQLValue {
  fileprivate var databaseValue: DatabaseValue {
    switch self {
    case .null: .null
    case .integer(let number): number.databaseValue
    case .text(let text): text.databaseValue
    }
  }
}
