/// What the database answered instead of rows.
public struct DatabaseError: Error, Equatable, Sendable {
  public enum Kind: Equatable, Sendable {
    /// A row breaks a `UNIQUE` rule.
    case unique
    /// Another transaction was in the way; the same one may succeed when it is tried again.
    case conflict
    /// A text holds a zero byte, which neither database stores.
    case zeroByte
    /// There is no connection.
    case unreachable
    /// Anything else.
    case other
  }

  public var kind: Kind
  /// The database's own words, which never hold values of statements.
  public var message: String

  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
  }
}
