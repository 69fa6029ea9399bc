import Backend
import Database
import Foundation
import Synchronization
import Testing

/// Which database a test runs against: a new SQLite file, or a new schema of the PostgreSQL server that the environment
/// variable FLEXATAR_TEST_POSTGRES names.
enum Store: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case sqlite, postgres

  static let server = ProcessInfo.processInfo.environment["FLEXATAR_TEST_POSTGRES"]
  /// All that are there.
  static let available: [Store] = server == nil ? [.sqlite] : [.sqlite, .postgres]

  var testDescription: String { rawValue }

  /// An empty database, and what takes it away again.
  func make() async throws -> (Database.Location, remove: @Sendable () async throws -> Void) {
    let name = "test_" + UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "")
    switch self {
    case .sqlite:
      let path = NSTemporaryDirectory() + name
      return (
        .file(path),
        { for ending in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + ending) } }
      )
    case .postgres:
      let server = Store.server!
      let change = { @Sendable (statement: String) in
        let database = try Database(.server(url: server), migrations: [], connections: 1)
        try await database.write { try $0.script(statement) }
        await database.close()
      }
      try await change("CREATE SCHEMA \(name)")
      let url = server + (server.contains("?") ? "&" : "?") + "options=-csearch_path%3D\(name)"
      return (.server(url: url), { try await change("DROP SCHEMA \(name) CASCADE") })
    }
  }
}

/// A clock that tests set.
final class HandClock: Sendable {
  private let time: Mutex<Date>

  init(_ text: String) { time = Mutex(Self.date(text)) }

  var now: Date { time.withLock { $0 } }
  func set(_ text: String) { time.withLock { $0 = Self.date(text) } }

  /// `2026-01-31T12:00:00Z`
  static func date(_ text: String) -> Date { try! Date(text, strategy: .iso8601) }
}

/// A backend on an empty database, its clock at noon of 15 January 2026 in UTC, with one account.
struct Scene: Sendable {
  let backend: Backend
  let clock: HandClock
  let account: Account
  let secret: String
  let anna = try! UserName(authtype: "mail", user: "anna@example.com")
  let bert = try! UserName(authtype: "mail", user: "bert@example.com")

  static func run(
    on store: Store, rules: Rules = Rules(), cents: Int = 10_000, at time: String = "2026-01-15T12:00:00Z",
    _ body: (Scene) async throws -> Void
  ) async throws {
    let (location, remove) = try await store.make()
    let clock = HandClock(time)
    let backend = try await Backend(location, rules: rules, now: { clock.now })
    do {
      let (account, secret) = try await backend.write { transaction in
        let made = try transaction.createAccount(name: "shop")
        if cents != 0 { try transaction.credit(cents, to: made.account) }
        return made
      }
      try await body(Scene(backend: backend, clock: clock, account: account, secret: secret.text))
    } catch {
      await backend.close()
      try? await remove()
      throw error
    }
    await backend.close()
    try await remove()
  }

  var balance: Int { get async throws { try await backend.read { try $0.balanceCents(of: account) } } }

  func buy(_ name: UserName, crt: String, testing: Bool = false) async throws {
    try await backend.write { try $0.buySubscription(account, name, crt: crt, testing: testing) }
  }

  func delete(_ name: UserName) async throws { try await backend.write { try $0.deleteSubscription(account, name) } }

  func subscription(_ name: UserName) async throws -> Subscription {
    try await backend.read { try $0.subscription(account, name) }
  }

  /// Opens a session of the user's subscription.
  @discardableResult
  func visit(_ name: UserName, from address: String) async throws -> Transaction.SessionUsage {
    let digest = backend.digest(of: NetworkAddress(address)!)
    return try await backend.write { transaction in
      try transaction.openSession(transaction.subscription(account, name), account, addressDigest: digest)
    }
  }
}
