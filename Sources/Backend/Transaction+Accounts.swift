import Database
import Foundation

/// Accounts and their secrets.
extension Transaction {
  /// How many secrets of an account work at a time: the old one and the new one while a customer changes over.
  public static let liveSecrets = 2

  /// Opens an account with its first secret.
  /// - Throws: `BackendError.invalid`, `.nameTaken`.
  public func createAccount(name: String) throws -> (account: Account, secret: APISecret) {
    guard (1...64).contains(name.utf8.count),
      name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) })
    else { throw BackendError.invalid("An account's name is 1 to 64 letters, digits, dots, hyphens and underscores.") }
    let account = Account(id: Random.id("acc"), name: name, createdAt: now, suspendedAt: nil)
    let made = try sql.first(
      "INSERT INTO account (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING RETURNING id",
      .text(account.id), .text(name), milliseconds)
    guard made != nil else { throw BackendError.nameTaken }
    return (account, try addSecret(to: account))
  }

  /// Makes a new secret; the newest of the others goes on working, older ones stop.
  /// - Parameter atOnce: all others stop: one is known to somebody who should not know it.
  public func rotateSecret(of account: Account, atOnce: Bool = false) throws -> APISecret {
    try lock(account)
    let secret = try addSecret(to: account)
    try sql.query(
      """
      UPDATE api_secret SET revoked_at = $2 WHERE account_id = $1 AND revoked_at IS NULL AND id NOT IN
        (SELECT id FROM api_secret WHERE account_id = $1 AND revoked_at IS NULL ORDER BY created_at DESC, id DESC
         LIMIT \(atOnce ? 1 : Self.liveSecrets))
      """, .text(account.id), milliseconds)
    return secret
  }

  private func addSecret(to account: Account) throws -> APISecret {
    let secret = APISecret()
    // Rotations within one millisecond keep their order.
    let last = try sql.first("SELECT MAX(created_at) FROM api_secret WHERE account_id = $1", .text(account.id))?
      .integer(0)
    try sql.query(
      "INSERT INTO api_secret (id, account_id, digest, last_four, created_at) VALUES ($1, $2, $3, $4, $5)",
      .text(Random.id("sec")), .text(account.id), .text(secret.digest), .text(secret.lastFour),
      .integer(max(Self.milliseconds(now), (last ?? 0) + 1)))
    return secret
  }

  /// The account that a secret opens.
  /// - Throws: `BackendError.unauthorized`, `.accountSuspended`.
  public func account(secret text: String) throws -> Account {
    // The digest is looked up, not compared: how long that takes tells nothing about the secret.
    guard let secret = APISecret(text),
      let row = try sql.first(
        """
        SELECT account.id, name, account.created_at, suspended_at FROM api_secret
        JOIN account ON account.id = account_id WHERE digest = $1 AND revoked_at IS NULL
        """, .text(secret.digest))
    else { throw BackendError.unauthorized }
    let account = Account(row)
    guard account.suspendedAt == nil else { throw BackendError.accountSuspended }
    return account
  }

  /// - Throws: `BackendError.noAccount`.
  public func account(name: String) throws -> Account {
    guard let row = try sql.first("SELECT id, name, created_at, suspended_at FROM account WHERE name = $1", .text(name))
    else { throw BackendError.noAccount }
    return Account(row)
  }

  func account(id: String) throws -> Account? {
    try sql.first("SELECT id, name, created_at, suspended_at FROM account WHERE id = $1", .text(id)).map(Account.init)
  }

  /// Shuts an account out, or lets it in again. Its data stay.
  public func setSuspended(_ suspended: Bool, _ account: Account) throws {
    try sql.query(
      "UPDATE account SET suspended_at = $2 WHERE id = $1", .text(account.id), suspended ? milliseconds : .null)
  }

  /// All accounts, in the order of their names, with balance (cents) and the last four characters of live secrets.
  public func accounts() throws -> [(account: Account, balanceCents: Int, secrets: [String])] {
    try sql.query("SELECT id, name, created_at, suspended_at FROM account ORDER BY name").map { row in
      let account = Account(row)
      let secrets = try sql.query(
        "SELECT last_four FROM api_secret WHERE account_id = $1 AND revoked_at IS NULL ORDER BY created_at",
        .text(account.id))
      return (account, try balanceCents(of: account), secrets.map { $0[0] })
    }
  }

  /// Makes other transactions that move this account's money wait for this one.
  func lock(_ account: Account) throws {
    try sql.query("UPDATE account SET version = version + 1 WHERE id = $1", .text(account.id))
  }
}

extension Account {
  /// Columns: id, name, created_at, suspended_at.
  init(_ row: SQLRow) {
    self.init(id: row[0], name: row[1], createdAt: row.moment(2)!, suspendedAt: row.moment(3))
  }
}
