/// A value handed to a statement. Truth is 0 or 1; moments are milliseconds since 1970; money is in cents.
public enum SQLValue: Equatable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByNilLiteral
{
  case null
  case integer(Int64)
  case text(String)

  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(nilLiteral: ()) { self = .null }

  public init(_ value: String?) { self = value.map { .text($0) } ?? .null }
  public init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }
  public init(_ value: Int64?) { self = value.map { .integer($0) } ?? .null }
  public init(_ value: Bool) { self = .integer(value ? 1 : 0) }
}

/// One row of an answer, columns counted from 0. Both databases hand values over as text.
public struct SQLRow: Equatable, Sendable {
  let columns: [String?]

  public func text(_ column: Int) -> String? { columns[column] }

  /// The text of a column that is never null.
  public subscript(column: Int) -> String { columns[column] ?? "" }

  public func integer(_ column: Int) -> Int64? { columns[column].flatMap { Int64($0) } }

  /// The number in a column that is never null.
  public func count(_ column: Int) -> Int { Int(integer(column) ?? 0) }

  /// The row without its first columns.
  public func dropping(_ count: Int) -> SQLRow { SQLRow(columns: Array(columns.dropFirst(count))) }

  public func truth(_ column: Int) -> Bool { count(column) != 0 }
}
