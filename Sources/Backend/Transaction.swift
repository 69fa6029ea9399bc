import Database
import Foundation

/// One transaction of the backend: what it does is kept as a whole or not at all. The rules are methods on it, a file
/// for each subject; `now` is handed in, so that tests drive the clock.
public struct Transaction {
  let sql: any SQLTransaction
  let now: Date
  let rules: Rules

  /// Asks the database for something that it always has.
  public func ping() throws { try sql.query("SELECT 1") }

  var milliseconds: SQLValue { .integer(Self.milliseconds(now)) }

  static func milliseconds(_ moment: Date) -> Int64 { Int64((moment.timeIntervalSince1970 * 1000).rounded()) }
}

extension Date {
  init(milliseconds: Int64) { self.init(timeIntervalSince1970: Double(milliseconds) / 1000) }
}

extension SQLRow {
  func moment(_ column: Int) -> Date? { integer(column).map { Date(milliseconds: $0) } }
}
