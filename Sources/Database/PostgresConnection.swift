import CPostgres
import Glibc

/// A PostgreSQL server, by libpq. Statements are prepared once a connection; a connection that was lost is made anew
/// when the next transaction begins.
final class PostgresConnection: SQLConnection, SQLTransaction {
  private let handle: OpaquePointer
  private var names: [String: String] = [:]

  /// - Parameter url: `postgres://user:password@host:port/database`, as libpq reads it.
  init(url: String) throws(DatabaseError) {
    guard let handle = PQconnectdb(url) else { throw DatabaseError(.unreachable, "out of memory") }
    self.handle = handle
    guard PQstatus(handle) == CONNECTION_OK else {
      // deinit ends it.
      throw DatabaseError(.unreachable, String(cString: PQerrorMessage(handle)))
    }
    try prepareSession()
  }

  deinit { PQfinish(handle) }

  private func prepareSession() throws(DatabaseError) {
    try script("SET client_min_messages = warning; SET lock_timeout = '10s'; SET statement_timeout = '30s'")
  }

  func transaction<Answer>(writing: Bool, _ body: (any SQLTransaction) throws -> Answer) throws -> Answer {
    try begin()
    do {
      let answer = try body(self)
      try script("COMMIT")
      return answer
    } catch {
      try? script("ROLLBACK")
      throw error
    }
  }

  func look<Answer>(_ body: (any SQLTransaction) throws -> Answer) throws -> Answer {
    try transaction(writing: false, body)
  }

  private func begin() throws(DatabaseError) {
    do {
      try script("BEGIN")
    } catch {
      guard PQstatus(handle) != CONNECTION_OK else { throw error }
      PQreset(handle)
      guard PQstatus(handle) == CONNECTION_OK else {
        throw DatabaseError(.unreachable, String(cString: PQerrorMessage(handle)))
      }
      names = [:]
      try prepareSession()
      try script("BEGIN")
    }
  }

  static let skippingLocked = "FOR UPDATE SKIP LOCKED"

  func lockForMigration() throws(DatabaseError) {
    // Any number will do that every node takes.
    try query("SELECT pg_advisory_xact_lock(7206547)")
  }

  func script(_ statements: String) throws(DatabaseError) {
    let result = PQexec(handle, statements)
    defer { PQclear(result) }
    try check(result)
  }

  func run(_ text: String, _ values: [SQLValue]) throws(DatabaseError) -> [SQLRow] {
    let name = try prepared(text)
    let texts: [UnsafeMutablePointer<CChar>?] = values.map { value in
      switch value {
      case .null: nil
      case .integer(let number): strdup(String(number))
      case .text(let text): strdup(text)
      }
    }
    defer { for text in texts { free(text) } }
    let result = PQexecPrepared(
      handle, name, Int32(values.count), texts.map { UnsafePointer($0) }, nil, nil, 0)
    defer { PQclear(result) }
    try check(result)
    let columns = PQnfields(result)
    return (0..<PQntuples(result)).map { row in
      SQLRow(
        columns: (0..<columns).map { column in
          PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
        })
    }
  }

  private func prepared(_ text: String) throws(DatabaseError) -> String {
    if let name = names[text] { return name }
    let name = "s\(names.count)"
    let result = PQprepare(handle, name, text, 0, nil)
    defer { PQclear(result) }
    try check(result)
    names[text] = name
    return name
  }

  private func check(_ result: OpaquePointer?) throws(DatabaseError) {
    switch PQresultStatus(result) {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: return
    default: break
    }
    // The primary message only: the detail holds values.
    let message = PQresultErrorField(result, Int32(UInt8(ascii: "M"))).map { String(cString: $0) }
    let state = PQresultErrorField(result, Int32(UInt8(ascii: "C"))).map { String(cString: $0) } ?? ""
    let kind: DatabaseError.Kind =
      switch state {
      case "23505": .unique
      case "40001", "40P01", "55P03": .conflict
      default: PQstatus(handle) == CONNECTION_OK ? .other : .unreachable
      }
    throw DatabaseError(kind, message ?? String(cString: PQerrorMessage(handle)))
  }
}
