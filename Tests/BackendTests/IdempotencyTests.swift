import Backend
import Testing

@Suite("Requests with a key")
struct IdempotencyTests {
  @Test("are done once", arguments: Store.available)
  func once(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      for _ in 0..<3 { try await credit(scene, key: "k", fingerprint: "a") }
      #expect(try await scene.balance == 10_001)
      try await credit(scene, key: "other", fingerprint: "a")
      try await credit(scene, key: nil, fingerprint: "a")
      #expect(try await scene.balance == 10_003)
    }
  }

  @Test("have a key for each request", arguments: Store.available)
  func reused(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await credit(scene, key: "k", fingerprint: "a")
      await #expect(throws: BackendError.idempotencyKeyReused) { try await credit(scene, key: "k", fingerprint: "b") }
      for key in ["", String(repeating: "k", count: 256), "a\u{0}"] {
        await #expect(throws: BackendError.self) { try await credit(scene, key: key, fingerprint: "a") }
      }
    }
  }

  @Test("that failed may be tried again", arguments: Store.available)
  func failed(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      await #expect(throws: BackendError.lowBalance) {
        try await scene.backend.write { transaction in
          _ = try transaction.once("k", fingerprint: "a", scene.account) { throw BackendError.lowBalance }
        }
      }
      try await credit(scene, key: "k", fingerprint: "a")
      #expect(try await scene.balance == 10_001)
    }
  }

  @Test("answer again what they answered", arguments: Store.available)
  func answer(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      var answers: Set<String?> = []
      for i in 0..<3 {
        answers.insert(
          try await scene.backend.write { try $0.once("k", fingerprint: "a", scene.account) { "answer \(i)" } })
      }
      #expect(answers == ["answer 0"])
    }
  }

  @Test("are forgotten after a day", arguments: Store.available)
  func forgotten(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await credit(scene, key: "k", fingerprint: "a")
      scene.clock.set("2026-01-16T12:00:01Z")
      try await credit(scene, key: "k", fingerprint: "b")
      #expect(try await scene.balance == 10_002)
    }
  }

  @Test("sent 50 times at once are done once", arguments: Store.available)
  func parallel(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<50 { group.addTask { try await credit(scene, key: "k", fingerprint: "a") } }
        try await group.waitForAll()
      }
      #expect(try await scene.balance == 10_001)
    }
  }

  private func credit(_ scene: Scene, key: String?, fingerprint: String) async throws {
    try await scene.backend.write { transaction in
      _ = try transaction.once(key, fingerprint: fingerprint, scene.account) {
        try transaction.credit(1, to: scene.account)
        return nil
      }
    }
  }
}
