import Crypto
import Database
import Foundation

/// Where an account wants to be told that its jobs have ended.
public struct Webhook: Equatable, Sendable {
  public let url: String
  public let secret: WebhookSecret
}

/// Signs messages by Standard Webhooks 1.0 (github.com/standard-webhooks/standard-webhooks): HMAC-SHA-256 of id, time
/// and body.
public struct WebhookSecret: Equatable, Sendable {
  /// `whsec_` and 32 bytes in base64, as receivers' libraries take it.
  public let text: String
  private let key: SymmetricKey

  init() { self.init("whsec_" + SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() })! }

  /// Nil for what is no secret.
  public init?(_ text: String) {
    guard text.hasPrefix("whsec_"), let bytes = Data(base64Encoded: String(text.dropFirst(6))) else { return nil }
    (self.text, key) = (text, SymmetricKey(data: bytes))
  }

  /// The headers of a message.
  /// - Parameter time: of this try, not of the event: receivers refuse what is old.
  public func headers(id: String, body: String, at time: Date) -> [(name: String, value: String)] {
    let seconds = String(Int(time.timeIntervalSince1970))
    let code = HMAC<SHA256>.authenticationCode(for: Data("\(id).\(seconds).\(body)".utf8), using: key)
    return [
      ("webhook-id", id), ("webhook-timestamp", seconds),
      ("webhook-signature", "v1," + Data(code).base64EncodedString()),
    ]
  }
}

/// A message to an account, and what has become of it.
public struct WebhookDelivery: Equatable, Sendable {
  /// The same at every try, so that receivers know it again.
  public let id: String
  public let type: String
  /// JSON.
  public let body: String
  public let createdAt: Date
  /// How often it was sent.
  public let attempt: Int
  /// When it is sent again; nil: not any more.
  public let nextAt: Date?
  /// The receiver's HTTP status at the last try; nil where there was none.
  public let status: Int?
  /// Why the last try failed.
  public let error: String?
  public let deliveredAt: Date?

  static let columns = "id, type, body, created_at, attempt, next_at, status, error, delivered_at"

  /// A row of `columns`.
  init(_ row: SQLRow) {
    (id, type, body, createdAt, attempt) = (row[0], row[1], row[2], row.moment(3)!, row.count(4))
    (nextAt, status, error, deliveredAt) = (row.moment(5), row.integer(6).map { Int($0) }, row.text(7), row.moment(8))
  }
}
