import Backend
import Database
import Foundation
import Testing

@Suite("Accounts")
struct AccountTests {
  @Test("open with their secret, and with no other", arguments: Store.available)
  func secrets(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      let opened = try await scene.backend.read { try $0.account(secret: scene.secret) }
      #expect(opened == scene.account)
      let last: Character = scene.secret.last == "0" ? "1" : "0"
      for wrong in ["", "fxs_", scene.secret + "0", scene.secret.dropLast() + String(last), "' OR 1=1 --"] {
        await #expect(throws: BackendError.unauthorized) {
          try await scene.backend.read { try $0.account(secret: wrong) }
        }
      }
    }
  }

  @Test("have secrets that are stored nowhere", arguments: Store.available)
  func notStored(store: Store) async throws {
    let (location, remove) = try await store.make()
    let backend = try await Backend(location)
    let secret = try await backend.write { try $0.createAccount(name: "shop").secret.text }
    await backend.close()
    let database = try Database(location, migrations: ["", "", ""], connections: 1)
    let stored = try await database.read { sql in
      try sql.query("SELECT digest, last_four, id FROM api_secret").map { [$0[0], $0[1], $0[2]] }
    }
    await database.close()
    try await remove()
    #expect(stored.count == 1 && stored[0][1] == secret.suffix(4))
    #expect(stored[0][0].count == 64 && !stored[0].contains { $0.contains(secret.dropFirst(4).prefix(8)) })
  }

  @Test("have one live secret when the others are to stop at once", arguments: Store.available)
  func rotationAtOnce(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      let middle = try await scene.backend.write { try $0.rotateSecret(of: scene.account).text }
      let last = try await scene.backend.write { try $0.rotateSecret(of: scene.account, atOnce: true).text }
      for secret in [scene.secret, middle] {
        await #expect(throws: BackendError.unauthorized) {
          try await scene.backend.read { try $0.account(secret: secret) }
        }
      }
      #expect(try await scene.backend.read { try $0.account(secret: last).id } == scene.account.id)
    }
  }

  @Test("are credited once for each reference", arguments: Store.available)
  func reference(store: Store) async throws {
    try await Scene.run(on: store, cents: 0) { scene in
      for _ in 0..<2 { try await scene.backend.write { try $0.credit(500, to: scene.account, reference: "invoice 1") } }
      try await scene.backend.write { try $0.credit(500, to: scene.account, reference: "invoice 2") }
      for _ in 0..<2 { try await scene.backend.write { try $0.credit(1, to: scene.account) } }
      #expect(try await scene.balance == 1002)
      await #expect(throws: BackendError.invalid("This reference was used for another amount.")) {
        try await scene.backend.write { try $0.credit(600, to: scene.account, reference: "invoice 1") }
      }
    }
  }

  @Test("have two live secrets while they change over, never three", arguments: Store.available)
  func rotation(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      let second = try await scene.backend.write { try $0.rotateSecret(of: scene.account).text }
      for live in [scene.secret, second] { _ = try await scene.backend.read { try $0.account(secret: live) } }
      let third = try await scene.backend.write { try $0.rotateSecret(of: scene.account).text }
      for live in [second, third] { _ = try await scene.backend.read { try $0.account(secret: live) } }
      await #expect(throws: BackendError.unauthorized) {
        try await scene.backend.read { try $0.account(secret: scene.secret) }
      }
      #expect(
        try await scene.backend.read { try $0.accounts() }[0].secrets == [second, third].map { String($0.suffix(4)) })
    }
  }

  @Test("that are suspended are shut out until that is lifted", arguments: Store.available)
  func suspended(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.backend.write { try $0.setSuspended(true, scene.account) }
      await #expect(throws: BackendError.accountSuspended) {
        try await scene.backend.read { try $0.account(secret: scene.secret) }
      }
      try await scene.backend.write { try $0.setSuspended(false, scene.account) }
      _ = try await scene.backend.read { try $0.account(secret: scene.secret) }
    }
  }

  @Test("have names of their own", arguments: Store.available)
  func names(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      await #expect(throws: BackendError.nameTaken) {
        try await scene.backend.write { try $0.createAccount(name: "shop") }
      }
      await #expect(throws: BackendError.noAccount) { try await scene.backend.read { try $0.account(name: "other") } }
      for name in ["", "a b", "ä", String(repeating: "a", count: 65), "'; DROP TABLE account; --"] {
        await #expect(throws: BackendError.self) { try await scene.backend.write { try $0.createAccount(name: name) } }
      }
    }
  }

  @Test("have as much money as was credited", arguments: Store.available)
  func money(store: Store) async throws {
    try await Scene.run(on: store, cents: 0) { scene in
      #expect(try await scene.balance == 0)
      try await scene.backend.write { try $0.credit(2550, to: scene.account) }
      try await scene.backend.write { try $0.credit(-50, to: scene.account) }
      #expect(try await scene.balance == 2500)
      for wrong in [0, 100_000_001, .min + 1] {
        await #expect(throws: BackendError.self) {
          try await scene.backend.write { try $0.credit(wrong, to: scene.account) }
        }
      }
    }
  }

  @Test("are found again after the service was stopped", arguments: Store.available)
  func kept(store: Store) async throws {
    let (location, remove) = try await store.make()
    let first = try await Backend(location)
    let secret = try await first.write { try $0.createAccount(name: "shop").secret.text }
    await first.close()
    let second = try await Backend(location)
    #expect(try await second.read { try $0.account(secret: secret) }.name == "shop")
    await second.close()
    try await remove()
  }

  @Test("A database of a newer program is refused", arguments: Store.available)
  func newer(store: Store) async throws {
    let (location, remove) = try await store.make()
    let newer = try Database(location, migrations: ["", "", "", "", "", "", "", "", "", "", "", ""], connections: 1)
    await newer.close()
    await #expect(throws: DatabaseError.self) { _ = try await Backend(location) }
    try await remove()
  }
}
