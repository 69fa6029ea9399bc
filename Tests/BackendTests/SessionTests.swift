import Backend
import Foundation
import Testing

@Suite("Sessions")
struct SessionTests {
  @Test("are one a user, address and day", arguments: Store.available)
  func counted(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      #expect(try await scene.visit(scene.anna, from: "192.0.2.1").used == 1)
      #expect(try await scene.visit(scene.anna, from: "192.0.2.1").used == 1)
      #expect(try await scene.visit(scene.anna, from: "192.0.2.2").used == 2)
      scene.clock.set("2026-01-15T23:59:59Z")
      #expect(try await scene.visit(scene.anna, from: "192.0.2.1").used == 2)
      scene.clock.set("2026-01-16T00:00:00Z")
      #expect(try await scene.visit(scene.anna, from: "192.0.2.1").used == 3)
      // Another user at the same address has sessions of their own.
      try await scene.buy(scene.bert, crt: "2")
      #expect(try await scene.visit(scene.bert, from: "192.0.2.1").used == 1)
      #expect(try await scene.balance == 8000)
    }
  }

  @Test(
    "begin a new day where the service says it begins",
    arguments: [
      // Summer time begins on 29 March 2026 in Berlin, and ends on 25 October.
      ("Europe/Berlin", "2026-03-28T22:59:59Z", "2026-03-28", "2026-03-28T23:00:00Z", "2026-03-29"),
      ("Europe/Berlin", "2026-03-29T21:59:59Z", "2026-03-29", "2026-03-29T22:00:00Z", "2026-03-30"),
      ("Europe/Berlin", "2026-10-25T22:59:59Z", "2026-10-25", "2026-10-25T23:00:00Z", "2026-10-26"),
      ("America/Los_Angeles", "2027-01-01T07:59:59Z", "2026-12-31", "2027-01-01T08:00:00Z", "2027-01-01"),
      ("Asia/Kolkata", "2026-02-28T18:29:59Z", "2026-02-28", "2026-02-28T18:30:00Z", "2026-03-01"),
      ("UTC", "2028-02-29T23:59:59Z", "2028-02-29", "2028-03-01T00:00:00Z", "2028-03-01"),
    ])
  func zones(zone: String, before: String, day: String, after: String, next: String) async throws {
    var rules = Rules()
    rules.timeZone = try #require(TimeZone(identifier: zone))
    try await Scene.run(on: .sqlite, rules: rules, at: before) { scene in
      try await scene.buy(scene.anna, crt: "1")
      #expect(try await scene.visit(scene.anna, from: "192.0.2.1").day == day)
      scene.clock.set(after)
      let session = try await scene.visit(scene.anna, from: "192.0.2.1")
      #expect(session.day == next && session.used == 2)
    }
  }

  @Test("are the user's: a renewal does not count the day's again", arguments: Store.available)
  func renewal(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      try await scene.visit(scene.anna, from: "192.0.2.1")
      try await scene.delete(scene.anna)
      try await scene.buy(scene.anna, crt: "2")
      #expect(try await scene.visit(scene.anna, from: "192.0.2.1").used == 0)
      #expect(try await scene.visit(scene.anna, from: "192.0.2.2").used == 1)
    }
  }

  @Test("are covered up to their number, then paid one by one", arguments: Store.available)
  func quota(store: Store) async throws {
    try await Scene.run(on: store, cents: 1020) { scene in
      try await scene.buy(scene.anna, crt: "1")
      for i in 0..<100 { #expect(try await scene.visit(scene.anna, from: "10.0.0.\(i)").cents == 0) }
      #expect(try await scene.balance == 20)
      #expect(try await scene.visit(scene.anna, from: "10.0.1.0").cents == 10)
      #expect(try await scene.visit(scene.anna, from: "10.0.1.1").cents == 10)
      #expect(try await scene.balance == 0)
      await #expect(throws: BackendError.lowBalance) { try await scene.visit(scene.anna, from: "10.0.1.2") }
      // One that has begun goes on.
      #expect(try await scene.visit(scene.anna, from: "10.0.1.1").used == 102)
      #expect(try await scene.visit(scene.anna, from: "10.0.0.7").cents == 0)
    }
  }

  @Test("are paid once the subscription has expired", arguments: Store.available)
  func expired(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      scene.clock.set("2026-02-15T11:59:59Z")
      #expect(try await scene.visit(scene.anna, from: "192.0.2.1").cents == 0)
      scene.clock.set("2026-02-15T12:00:00Z")
      // The session of this day and address was begun while it was covered.
      #expect(try await scene.visit(scene.anna, from: "192.0.2.1").cents == 0)
      #expect(try await scene.visit(scene.anna, from: "192.0.2.2").cents == 10)
      #expect(try await scene.balance == 8990)
    }
  }

  @Test("of testing subscriptions are never paid", arguments: Store.available)
  func testing(store: Store) async throws {
    var rules = Rules()
    rules.sessionsPerSubscription = 1
    try await Scene.run(on: store, rules: rules) { scene in
      try await scene.buy(scene.anna, crt: "1", testing: true)
      #expect(try await scene.visit(scene.anna, from: "192.0.2.1").cents == 0)
      await #expect(throws: BackendError.sessionLimit) { try await scene.visit(scene.anna, from: "192.0.2.2") }
      try await scene.buy(scene.bert, crt: "2", testing: true)
      scene.clock.set("2026-03-01T00:00:00Z")
      await #expect(throws: BackendError.sessionLimit) { try await scene.visit(scene.bert, from: "192.0.2.1") }
      #expect(try await scene.balance == 10_000)
    }
  }

  @Test("opened 50 times at once are one", arguments: Store.available)
  func parallel(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      scene.clock.set("2026-03-01T00:00:00Z")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<50 { group.addTask { try await scene.visit(scene.anna, from: "192.0.2.1") } }
        try await group.waitForAll()
      }
      #expect(try await scene.balance == 8990)
    }
  }

  @Test("and purchases add up on the statement of the month", arguments: Store.available)
  func statement(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      scene.clock.set("2026-02-20T00:00:00Z")
      try await scene.visit(scene.anna, from: "192.0.2.1")
      try await scene.buy(scene.bert, crt: "2")
      let statement = try await scene.backend.read { try $0.statement(of: scene.account) }
      #expect(statement.subscriptions == 1 && statement.sessions == 1 && statement.spentCents == 1010)
      #expect(statement.balanceCents == 7990)
    }
  }
}

@Suite("Addresses")
struct NetworkAddressTests {
  @Test(
    "are counted by network",
    arguments: [
      ("192.0.2.7", "192.0.2.7"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
      ("2001:DB8:1:2::9", "2001:db8:1:2::/64"),
      ("2001:db8:1:3::9", "2001:db8:1:3::/64"), ("::ffff:192.0.2.7", "192.0.2.7"), ("::1", "::/64"),
      ("fe80::1%eth0", "fe80::/64"),
    ])
  func networks(address: String, network: String) {
    #expect(NetworkAddress(address)?.text == network)
  }

  @Test(
    "are nothing else",
    arguments: ["", "192.0.2", "192.0.2.256", "01.2.3.4", "example.com", "1.2.3.4\u{0}", ":::", "%"])
  func refused(text: String) {
    #expect(NetworkAddress(text) == nil)
  }
}
