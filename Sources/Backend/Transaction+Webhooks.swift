import Database
import Foundation

/// Messages to customers' servers: written in the transaction that they tell of, sent by whoever comes first, again and
/// again until they were taken.
extension Transaction {
  /// Sets where an account's messages go, with a new secret that signs them.
  /// - Throws: `BackendError.invalid` for what is no address.
  public func setWebhook(_ url: String, _ account: Account) throws -> WebhookSecret {
    guard url.utf8.count <= 2048, url.utf8.allSatisfy({ 33...126 ~= $0 }), let parts = URLComponents(string: url),
      parts.scheme == "https" || parts.scheme == "http", let host = parts.percentEncodedHost, !host.isEmpty,
      host.utf8.allSatisfy({ UnicodeScalar($0).properties.isAlphabetic || 48...58 ~= $0 || "-.[]".utf8.contains($0) }),
      parts.user == nil, parts.password == nil, parts.fragment == nil
    else { throw BackendError.invalid("A webhook is an address such as https://example.com/webhook.") }
    let secret = WebhookSecret()
    try sql.query(
      """
      INSERT INTO webhook (account_id, url, secret, created_at) VALUES ($1, $2, $3, $4)
      ON CONFLICT (account_id) DO UPDATE SET url = $2, secret = $3, created_at = $4
      """, .text(account.id), .text(url), .text(secret.text), milliseconds)
    return secret
  }

  /// Sends an account nothing more, not even what is on its way.
  public func removeWebhook(of account: Account) throws {
    try sql.query("DELETE FROM webhook WHERE account_id = $1", .text(account.id))
    try sql.query("UPDATE webhook_message SET next_at = NULL WHERE account_id = $1", .text(account.id))
  }

  /// The account's newest messages.
  public func webhookDeliveries(_ account: Account, limit: Int) throws -> [WebhookDelivery] {
    try sql.query(
      """
      SELECT \(WebhookDelivery.columns) FROM webhook_message WHERE account_id = $1 ORDER BY created_at DESC, id LIMIT $2
      """, .text(account.id), SQLValue(limit)
    ).map(WebhookDelivery.init)
  }

  /// Tells the account that a job has ended, if it wants to know.
  /// - Parameter failure: why the job failed; nil: it is done.
  func announce(_ job: Job, _ failure: JobFailure? = nil) throws {
    guard job.deletedAt == nil, failure != .deleted,
      try sql.first("SELECT 1 FROM webhook WHERE account_id = $1", .text(job.accountID)) != nil
    else { return }
    struct Message: Encodable {
      struct Data: Encodable {
        let id: String
        let error, code, message: String?
      }
      let type, timestamp: String
      let data: Data
    }
    let subject = job.kind == .creation ? "avatar" : "film"
    let type = "\(subject).\(failure == nil ? "created" : "failed")"
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let body = try encoder.encode(
      Message(
        type: type, timestamp: now.formatted(.iso8601),
        data: .init(id: job.id, error: failure?.error, code: failure?.code, message: failure?.message)))
    try sql.query(
      """
      INSERT INTO webhook_message (id, account_id, type, body, created_at, next_at) VALUES ($1, $2, $3, $4, $5, $5)
      """, .text(Random.id("msg")), .text(job.accountID), .text(type), .text(String(decoding: body, as: UTF8.self)),
      milliseconds)
  }

  /// Whether there is a message to send.
  public func hasDueMessages() throws -> Bool {
    try sql.first("SELECT 1 FROM webhook_message WHERE next_at <= $1 LIMIT 1", milliseconds) != nil
  }

  /// Takes the message that is due for longest of a receiver that nobody is sending to: one receiver, however slow, has
  /// one message under way at a time. It comes back by itself where its sender dies.
  public func takeMessage() throws -> (delivery: WebhookDelivery, webhook: Webhook)? {
    guard
      let receiver = try sql.first(
        """
        UPDATE webhook SET busy_until = $2 WHERE account_id = (
          SELECT account_id FROM webhook WHERE busy_until <= $1 AND EXISTS (
            SELECT 1 FROM webhook_message WHERE webhook_message.account_id = webhook.account_id AND next_at <= $1)
          ORDER BY busy_until LIMIT 1 \(type(of: sql).skippingLocked))
        RETURNING account_id, url, secret
        """, milliseconds, senderEnd), let secret = WebhookSecret(receiver[2]),
      let row = try sql.first(
        """
        UPDATE webhook_message SET attempt = attempt + 1, next_at = $3 WHERE id = (
          SELECT id FROM webhook_message WHERE account_id = $1 AND next_at <= $2 ORDER BY next_at, id LIMIT 1)
        RETURNING \(WebhookDelivery.columns)
        """, .text(receiver[0]), milliseconds, senderEnd)
    else { return nil }
    return (WebhookDelivery(row), Webhook(url: receiver[1], secret: secret))
  }

  /// Notes how a try went: a message that was not taken is sent again, later each time, `rules.webhookDelaySeconds`.
  /// - Parameters:
  ///   - status: what the receiver answered, if it did: 2xx is delivered.
  ///   - error: why it was not delivered.
  public func noteDelivery(_ delivery: WebhookDelivery, status: Int?, error: String?) throws {
    let delays = rules.webhookDelaySeconds
    let isOver = error == nil || delivery.attempt > delays.count
    let next = isOver ? nil : now.addingTimeInterval(Double(delays[delivery.attempt - 1]))
    let row = try sql.first(
      """
      UPDATE webhook_message SET status = $3, error = $4, delivered_at = $5, next_at = $6
      WHERE id = $1 AND attempt = $2 AND next_at IS NOT NULL RETURNING account_id
      """, .text(delivery.id), SQLValue(delivery.attempt), SQLValue(status), SQLValue(error),
      error == nil ? milliseconds : .null, next.map { .integer(Self.milliseconds($0)) } ?? .null)
    if let row { try sql.query("UPDATE webhook SET busy_until = 0 WHERE account_id = $1", .text(row[0])) }
  }

  /// Forgets messages that are over and older than `rules.webhookKeptDays`.
  public func sweepMessages() throws {
    let oldest = now.addingTimeInterval(-Double(rules.webhookKeptDays) * 86_400)
    try sql.query(
      "DELETE FROM webhook_message WHERE next_at IS NULL AND created_at < $1", .integer(Self.milliseconds(oldest)))
  }

  /// When a sender that says nothing is taken for dead: later than any try lasts.
  private var senderEnd: SQLValue { .integer(Self.milliseconds(now.addingTimeInterval(60))) }
}
