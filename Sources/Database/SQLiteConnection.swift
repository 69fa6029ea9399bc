import CSQLite
import Glibc

/// A SQLite file. Write-ahead log, and every commit reaches the disk (`synchronous=FULL`): money is in it.
final class SQLiteConnection: SQLConnection {
  private var handle: OpaquePointer?
  private var statements: [String: OpaquePointer] = [:]

  /// Opens the file, and makes it where it is missing.
  init(path: String) throws(DatabaseError) {
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    guard sqlite3_open_v2(path, &handle, flags, nil) == SQLITE_OK else {
      // The handle exists all the same; deinit closes it.
      throw DatabaseError(.unreachable, "\(path): \(String(cString: sqlite3_errmsg(handle)))")
    }
    sqlite3_busy_timeout(handle, 10_000)
    try script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF")
  }

  deinit {
    for statement in statements.values { sqlite3_finalize(statement) }
    sqlite3_close(handle)
  }

  func begin(writing: Bool) throws(DatabaseError) { try script(writing ? "BEGIN IMMEDIATE" : "BEGIN") }

  // A transaction that writes has the file to itself.
  static let skippingLocked = ""

  func lockForMigration() {}

  func script(_ statements: String) throws(DatabaseError) {
    guard sqlite3_exec(handle, statements, nil, nil, nil) == SQLITE_OK else { throw error() }
  }

  func query(_ text: String, _ values: [SQLValue]) throws(DatabaseError) -> [SQLRow] {
    let statement = try prepared(text)
    defer {
      sqlite3_reset(statement)
      sqlite3_clear_bindings(statement)
    }
    for (i, value) in values.enumerated() {
      // SQLite counts named parameters as they come, so $2 need not be its second.
      let place = sqlite3_bind_parameter_index(statement, "$\(i + 1)")
      switch value {
      case .null: sqlite3_bind_null(statement, place)
      case .integer(let number): sqlite3_bind_int64(statement, place, number)
      case .text(let text):
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        var text = text
        text.withUTF8 { bytes in
          bytes.withMemoryRebound(to: CChar.self) { chars in
            // A null pointer would bind NULL: an empty text has none.
            _ = sqlite3_bind_text(statement, place, chars.baseAddress ?? empty, Int32(chars.count), transient)
          }
        }
      }
    }
    var rows: [SQLRow] = []
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: rows.append(row(statement))
      case SQLITE_DONE: return rows
      default: throw error()
      }
    }
  }

  private func prepared(_ text: String) throws(DatabaseError) -> OpaquePointer {
    if let statement = statements[text] { return statement }
    var statement: OpaquePointer?
    guard sqlite3_prepare_v3(handle, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil) == SQLITE_OK,
      let statement
    else { throw error() }
    statements[text] = statement
    return statement
  }

  private func row(_ statement: OpaquePointer) -> SQLRow {
    SQLRow(
      columns: (0..<sqlite3_column_count(statement)).map { column in
        guard let text = sqlite3_column_text(statement, column) else { return nil }
        let bytes = UnsafeBufferPointer(start: text, count: Int(sqlite3_column_bytes(statement, column)))
        return String(decoding: bytes, as: UTF8.self)
      })
  }

  private func error() -> DatabaseError {
    let message = String(cString: sqlite3_errmsg(handle))
    return switch sqlite3_extended_errcode(handle) {
    // SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY; the header has them as expressions.
    case SQLITE_CONSTRAINT | (8 << 8), SQLITE_CONSTRAINT | (6 << 8): DatabaseError(.unique, message)
    case SQLITE_BUSY, SQLITE_BUSY | (2 << 8), SQLITE_LOCKED: DatabaseError(.conflict, message)
    default: DatabaseError(.other, message)
    }
  }
}

nonisolated(unsafe) private let empty: UnsafePointer<CChar> = UnsafePointer(strdup("")!)
