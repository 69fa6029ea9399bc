import Backend
import Foundation
import Testing

@Suite("Subscriptions")
struct SubscriptionTests {
  @Test("cost their price, last a month and are listed", arguments: Store.available)
  func bought(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      #expect(try await scene.balance == 9000)
      let subscription = try await scene.subscription(scene.anna)
      #expect(subscription.expiresAt == HandClock.date("2026-02-15T12:00:00Z"))
      #expect(subscription.crt == "1" && !subscription.testing)
      #expect(try await scene.backend.read { try $0.subscriptions(scene.account) } == [subscription])
    }
  }

  @Test(
    "end with the month where it is shorter",
    arguments: [
      ("UTC", "2026-01-31T23:59:59Z", "2026-02-28T23:59:59Z"), ("UTC", "2028-01-31T10:00:00Z", "2028-02-29T10:00:00Z"),
      ("UTC", "2026-03-31T00:00:00Z", "2026-04-30T00:00:00Z"), ("UTC", "2026-02-28T12:00:00Z", "2026-03-28T12:00:00Z"),
      ("UTC", "2026-12-31T12:00:00Z", "2027-01-31T12:00:00Z"), ("UTC", "2026-12-15T12:00:00Z", "2027-01-15T12:00:00Z"),
      // In Berlin the clocks go forward on 29 March and back on 25 October: noon stays noon.
      ("Europe/Berlin", "2026-03-15T11:00:00Z", "2026-04-15T10:00:00Z"),
      ("Europe/Berlin", "2026-10-15T10:00:00Z", "2026-11-15T11:00:00Z"),
      // There it is the last of January already, or the first of March.
      ("Europe/Berlin", "2026-01-30T23:30:00Z", "2026-02-27T23:30:00Z"),
      ("Europe/Berlin", "2026-02-28T23:30:00Z", "2026-03-31T22:30:00Z"),
      // Half past two in the night is skipped on 29 March.
      ("Europe/Berlin", "2026-02-28T01:30:00Z", "2026-03-28T01:30:00Z"),
    ])
  func months(zone: String, bought: String, ends: String) async throws {
    var rules = Rules()
    rules.timeZone = try #require(TimeZone(identifier: zone))
    try await Scene.run(on: .sqlite, rules: rules, at: bought) { scene in
      try await scene.buy(scene.anna, crt: "1")
      #expect(try await scene.subscription(scene.anna).expiresAt == HandClock.date(ends))
    }
  }

  @Test("expire at their very end", arguments: Store.available)
  func expiry(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      let subscription = try await scene.subscription(scene.anna)
      #expect(!subscription.isExpired(at: HandClock.date("2026-02-15T11:59:59Z")))
      #expect(subscription.isExpired(at: HandClock.date("2026-02-15T12:00:00Z")))
    }
  }

  @Test("bought again with the same crt are charged once", arguments: Store.available)
  func again(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      for _ in 0..<3 { try await scene.buy(scene.anna, crt: "1") }
      #expect(try await scene.balance == 9000)
      // Even when it was deleted in between: it is the same purchase.
      try await scene.delete(scene.anna)
      try await scene.buy(scene.anna, crt: "1")
      #expect(try await scene.balance == 9000)
      await #expect(throws: BackendError.noSubscription) { try await scene.subscription(scene.anna) }
    }
  }

  @Test("do not share a crt between users", arguments: Store.available)
  func otherUser(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      await #expect(throws: BackendError.requestTokenUsed) { try await scene.buy(scene.bert, crt: "1") }
      let other = try UserName(authtype: "phone", user: scene.anna.user)
      await #expect(throws: BackendError.requestTokenUsed) { try await scene.buy(other, crt: "1") }
      #expect(try await scene.balance == 9000)
    }
  }

  @Test("are one a user, expired or not", arguments: Store.available)
  func one(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      await #expect(throws: BackendError.hasSubscription) { try await scene.buy(scene.anna, crt: "2") }
      scene.clock.set("2026-06-01T00:00:00Z")
      await #expect(throws: BackendError.hasSubscription) { try await scene.buy(scene.anna, crt: "2") }
      try await scene.buy(UserName(authtype: "phone", user: scene.anna.user), crt: "3")
    }
  }

  @Test("are renewed by deleting and buying", arguments: Store.available)
  func renewed(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      scene.clock.set("2026-02-20T08:00:00Z")
      try await scene.delete(scene.anna)
      try await scene.delete(scene.anna)
      try await scene.buy(scene.anna, crt: "2")
      #expect(try await scene.balance == 8000)
      #expect(try await scene.subscription(scene.anna).expiresAt == HandClock.date("2026-03-20T08:00:00Z"))
      #expect(try await scene.backend.read { try $0.subscriptions(scene.account) }.map(\.crt) == ["2"])
    }
  }

  @Test("are bought with money that is there, to the cent", arguments: Store.available)
  func balance(store: Store) async throws {
    try await Scene.run(on: store, cents: 1000) { scene in
      try await scene.buy(scene.anna, crt: "1")
      await #expect(throws: BackendError.lowBalance) { try await scene.buy(scene.bert, crt: "2") }
      await #expect(throws: BackendError.noSubscription) { try await scene.subscription(scene.bert) }
      // The crt of a purchase that failed can be used again.
      try await scene.backend.write { try $0.credit(1000, to: scene.account) }
      try await scene.buy(scene.bert, crt: "2")
      #expect(try await scene.balance == 0)
    }
  }

  @Test("for testing are free", arguments: Store.available)
  func testing(store: Store) async throws {
    try await Scene.run(on: store, cents: 0) { scene in
      try await scene.buy(scene.anna, crt: "1", testing: true)
      #expect(try await scene.subscription(scene.anna).testing)
      #expect(try await scene.balance == 0)
    }
  }

  @Test("of another account are out of reach", arguments: Store.available)
  func tenants(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      let other = try await scene.backend.write { transaction in
        let account = try transaction.createAccount(name: "other").account
        try transaction.credit(5000, to: account)
        return account
      }
      await #expect(throws: BackendError.noSubscription) {
        try await scene.backend.read { try $0.subscription(other, scene.anna) }
      }
      try await scene.backend.write { try $0.deleteSubscription(other, scene.anna) }
      #expect(try await scene.subscription(scene.anna).crt == "1")
      // Names and request tokens of one account are nothing to the other.
      try await scene.backend.write { try $0.buySubscription(other, scene.anna, crt: "1", testing: false) }
      #expect(try await scene.backend.read { try $0.subscriptions(other) }.count == 1)
    }
  }

  @Test("bought 50 times at once with one crt are one", arguments: Store.available)
  func parallelSame(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<50 { group.addTask { try await scene.buy(scene.anna, crt: "1") } }
        try await group.waitForAll()
      }
      #expect(try await scene.balance == 9000)
    }
  }

  @Test("bought 50 times at once spend no more than there is", arguments: Store.available)
  func parallelDifferent(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      let outcomes = await withTaskGroup(of: BackendError?.self) { group in
        for i in 0..<50 {
          group.addTask {
            do {
              try await scene.buy(UserName(authtype: "mail", user: "user\(i)"), crt: "\(i)")
              return nil
            } catch {
              return error as? BackendError
            }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      #expect(outcomes.filter { $0 == nil }.count == 10 && outcomes.filter { $0 == .lowBalance }.count == 40)
      let statement = try await scene.backend.read { try $0.statement(of: scene.account) }
      #expect(statement.balanceCents == 0 && statement.subscriptions == 10)
    }
  }

  @Test("bought 50 times at once for one user with different crt are one", arguments: Store.available)
  func parallelUser(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      await withTaskGroup(of: Void.self) { group in
        for i in 0..<50 { group.addTask { try? await scene.buy(scene.anna, crt: "\(i)") } }
      }
      let statement = try await scene.backend.read { try $0.statement(of: scene.account) }
      #expect(statement.balanceCents == 9000 && statement.subscriptions == 1)
    }
  }

  @Test("take names as names, whatever is in them", arguments: Store.available)
  func injection(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      for (i, text) in ["' OR '1'='1", "'; DROP TABLE subscription; --", "$1", "\\", "%", "ключ 🔑", "a\"b"].enumerated()
      {
        let name = try UserName(authtype: "mail", user: text)
        try await scene.buy(name, crt: text + "\(i)", testing: true)
        #expect(try await scene.subscription(name).user == text)
      }
      #expect(try await scene.backend.read { try $0.subscriptions(scene.account) }.count == 7)
    }
    for (authtype, user) in [
      ("", "a"), ("a b", "a"), ("a'", "a"), ("ä", "a"), (String(repeating: "a", count: 65), "a"), ("a", ""),
      ("a", "a\u{0}b"), ("a", "a\nb"), ("a", String(repeating: "a", count: 257)),
    ] {
      #expect(throws: BackendError.self) { try UserName(authtype: authtype, user: user) }
    }
  }
}
