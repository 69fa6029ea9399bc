import Database
import Testing

@Suite struct DatabaseTests {
  private static let migrations = ["CREATE TABLE pair (key TEXT PRIMARY KEY, number BIGINT, text TEXT)"]

  private static func with(
    _ store: Store, _ body: @Sendable (Database) async throws -> Void
  ) async throws {
    let (location, remove) = try await store.make()
    let database = try Database(location, migrations: migrations)
    do { try await body(database) } catch {
      await database.close()
      try await remove()
      throw error
    }
    await database.close()
    try await remove()
  }

  @Test(arguments: Store.available) func parametersStandWhereTheirNumbersSay(_ store: Store) async throws {
    try await Self.with(store) { database in
      try await database.write {
        try $0.query("INSERT INTO pair (text, number, key) VALUES ($3, $2, $1)", "a", 7, "seven")
        try $0.query("INSERT INTO pair (key, number, text) VALUES ($1, $2, $1)", "b", nil)
      }
      let rows = try await database.read {
        try $0.query("SELECT key, number, text FROM pair WHERE key = $2 OR key = $1 ORDER BY key", "b", "a")
      }
      #expect(rows.map { $0.text(0) } == ["a", "b"])
      #expect(rows.map { $0.integer(1) } == [7, nil])
      #expect(rows.map { $0.text(2) } == ["seven", "b"])
    }
  }

  @Test(arguments: Store.available) func textsComeBackAsTheyWere(_ store: Store) async throws {
    try await Self.with(store) { database in
      for text in ["", " ", "$1 ?1 :a '; DROP TABLE pair", "grüß 🙂\u{1}\n", String(repeating: "x", count: 100_000)] {
        let back = try await database.write { sql in
          try sql.query("DELETE FROM pair")
          try sql.query("INSERT INTO pair (key, text) VALUES ('a', $1)", .text(text))
          return try sql.first("SELECT text FROM pair")?.text(0)
        }
        #expect(back == text)
      }
      let looked = try await database.glance { try $0.first("SELECT text FROM pair WHERE key = $1", "a")?.text(0) }
      #expect(looked?.count == 100_000)
    }
  }

  @Test(arguments: Store.available) func aZeroByteIsRefusedAndNotCutOff(_ store: Store) async throws {
    try await Self.with(store) { database in
      let error = await #expect(throws: DatabaseError.self) {
        try await database.write { try $0.query("INSERT INTO pair (key) VALUES ($1)", "a\0b") }
      }
      #expect(error?.kind == .zeroByte)
      let kept = try await database.read { try $0.query("SELECT key FROM pair") }
      #expect(kept == [])
    }
  }

  @Test(arguments: Store.available) func whatFailsLeavesNothing(_ store: Store) async throws {
    try await Self.with(store) { database in
      try await database.write { try $0.query("INSERT INTO pair (key) VALUES ('a')") }
      let error = await #expect(throws: DatabaseError.self) {
        try await database.write {
          try $0.query("INSERT INTO pair (key) VALUES ('b')")
          try $0.query("INSERT INTO pair (key) VALUES ($1)", "a")
        }
      }
      #expect(error?.kind == .unique)
      let wrong = await #expect(throws: DatabaseError.self) {
        try await database.write { try $0.query("SELECT nothing FROM nowhere WHERE a = $1", "secret value") }
      }
      #expect(wrong?.kind == .other && wrong?.message.contains("secret value") == false)
      // The connections are of use after that.
      let kept = try await database.read { try $0.query("SELECT key FROM pair").map { $0.text(0) } }
      #expect(kept == ["a"])
      try await database.write { try $0.query("INSERT INTO pair (key) VALUES ('c')") }
    }
  }
}
