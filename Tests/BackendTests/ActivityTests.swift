import Backend
import Foundation
import Testing

@Suite("Activity")
struct ActivityTests {
  @Test("counts sessions and money by the days of the operator's time zone", arguments: Store.available)
  func days(store: Store) async throws {
    var rules = Rules()
    rules.timeZone = try #require(TimeZone(identifier: "Europe/Berlin"))
    rules.sessionsPerSubscription = 0
    // Half past midnight in Berlin, the day on which summer time begins.
    try await Scene.run(on: store, rules: rules, at: "2026-03-28T23:30:00Z") { scene in
      try await scene.buy(scene.anna, crt: "1")
      try await scene.visit(scene.anna, from: "192.0.2.1")
      scene.clock.set("2026-03-29T21:59:00Z")
      try await scene.visit(scene.anna, from: "192.0.2.2")
      scene.clock.set("2026-03-29T22:00:00Z")
      try await scene.visit(scene.anna, from: "192.0.2.3")
      let days = try await scene.backend.read { try $0.activity(of: scene.account) }.days
      #expect(days.count == 30 && Set(days.map(\.day)).count == 30)
      #expect(days.first?.day == "2026-03-01" && days.last?.day == "2026-03-30")
      #expect(days[28].day == "2026-03-29" && days[28].sessions == 2 && days[28].spentCents == 1020)
      #expect(days[29].sessions == 1 && days[29].spentCents == 10)
      #expect(days[..<28].allSatisfy { $0.sessions == 0 && $0.spentCents == 0 })
    }
  }

  @Test("shows the newest entries first, as many as asked, and nobody else's", arguments: Store.available)
  func ledger(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      scene.clock.set("2026-01-15T12:00:01Z")
      try await scene.buy(scene.anna, crt: "1")
      scene.clock.set("2026-01-15T12:00:02Z")
      let other = try await scene.backend.write { transaction in
        let other = try transaction.createAccount(name: "other").account
        try transaction.credit(700, to: other)
        try transaction.credit(300, to: scene.account, reference: "invoice 7")
        return other
      }
      let (mine, theirs) = try await scene.backend.read {
        (try $0.activity(of: scene.account, latest: 2), try $0.activity(of: other))
      }
      #expect(mine.ledger.map(\.cents) == [300, -1000] && mine.ledger.first?.subject == "invoice 7")
      #expect(theirs.ledger.map(\.cents) == [700] && theirs.days.allSatisfy { $0.spentCents == 0 })
      let totals = try await scene.backend.read { try $0.totals() }
      #expect(
        totals.ledger.map(\.kind) == ["credit", "subscription"] && totals.ledger.map(\.cents) == [11_000, -1000])
    }
  }
}
