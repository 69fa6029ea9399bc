import Database
import Foundation

/// A month for one user of a customer.
public struct Subscription: Equatable, Sendable {
  public let id: String
  public let accountID: String
  /// The customer's names for where the user comes from, and for the user.
  public let name: UserName
  public var authtype: String { name.authtype }
  public var user: String { name.user }
  /// The client request token it was bought with.
  public let crt: String
  /// Free and watermarked.
  public let testing: Bool
  public let createdAt: Date
  public let expiresAt: Date

  /// A subscription ends at `expiresAt` itself.
  public func isExpired(at moment: Date) -> Bool { moment >= expiresAt }

  static let columns = "id, account_id, authtype, user_name, crt, testing, created_at, expires_at"

  /// A row of `columns`.
  init(_ row: SQLRow) {
    id = row[0]
    accountID = row[1]
    name = UserName(stored: row[2], row[3])
    crt = row[4]
    testing = row.truth(5)
    createdAt = row.moment(6)!
    expiresAt = row.moment(7)!
  }
}

/// What has been used up of a subscription.
public struct SubscriptionUsage: Sendable {
  public let expiresAt: Date
  public let testing: Bool
  public let sessions, creations: Int

  public func isExpired(at moment: Date) -> Bool { moment >= expiresAt }
}

/// A user of a customer, as the customer names it.
public struct UserName: Equatable, Sendable {
  public let authtype: String
  public let user: String

  /// As the database has it.
  init(stored authtype: String, _ user: String) { (self.authtype, self.user) = (authtype, user) }

  /// - Throws: `BackendError.invalid`.
  public init(authtype: String, user: String) throws {
    self.authtype = try Self.checked(authtype: authtype)
    self.user = try Self.checked(user, "user", longest: 256)
  }

  /// Names the user to browsers, which need not know the customer's names.
  func digest(of accountID: String) -> String { String(sha256("\(accountID)\0\(authtype)\0\(user)").prefix(32)) }

  static func checked(authtype: String) throws -> String {
    guard (1...64).contains(authtype.utf8.count), authtype.utf8.allSatisfy(Self.isLetterOrDigit) else {
      throw BackendError.invalid("authtype is 1 to 64 letters and digits.")
    }
    return authtype
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  /// Text of a customer: not empty, at most `longest` bytes, no control characters.
  static func checked(_ text: String, _ name: String, longest: Int) throws -> String {
    guard (1...longest).contains(text.utf8.count), text.unicodeScalars.allSatisfy({ $0.value >= 32 && $0.value != 127 })
    else { throw BackendError.invalid("\(name) is 1 to \(longest) bytes of text without control characters.") }
    return text
  }
}
