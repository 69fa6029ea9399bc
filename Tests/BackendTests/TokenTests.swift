import Backend
import Crypto
import Database
import Foundation
import Testing

@Suite("User tokens")
struct TokenTests {
  private func token(_ scene: Scene, domains: [String] = [], restricted: Bool = false) async throws -> String {
    try await scene.backend.tokens.issue(
      for: scene.subscription(scene.anna), domains: domains, restricted: restricted, at: scene.clock.now,
      rules: scene.backend.rules
    ).text
  }

  private func open(_ scene: Scene, _ token: String, origin: String? = nil) async throws -> Subscription {
    let claims = try await scene.backend.tokens.check(token, origin: origin, at: scene.clock.now)
    return try await scene.backend.read { try $0.grant(claims).subscription }
  }

  @Test("open their own subscription for a quarter of an hour", arguments: Store.available)
  func opens(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      try await scene.buy(scene.bert, crt: "2")
      let token = try await token(scene)
      #expect(try await open(scene, token).user == scene.anna.user)
      scene.clock.set("2026-01-15T12:14:59Z")
      _ = try await open(scene, token)
      scene.clock.set("2026-01-15T12:15:00Z")
      await #expect(throws: BackendError.tokenEnded) { try await open(scene, token) }
    }
  }

  @Test("end with their subscription, and with their account", arguments: Store.available)
  func revoked(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      let token = try await token(scene)
      try await scene.backend.write { try $0.setSuspended(true, scene.account) }
      await #expect(throws: BackendError.accountSuspended) { try await open(scene, token) }
      try await scene.backend.write { try $0.setSuspended(false, scene.account) }
      _ = try await open(scene, token)
      try await scene.delete(scene.anna)
      // Nor does buying again bring it back.
      try await scene.buy(scene.anna, crt: "2")
      await #expect(throws: BackendError.tokenEnded) { try await open(scene, token) }
    }
  }

  @Test("that were good are held against the clock, the origin and every character again")
  func seenBefore() async throws {
    try await Scene.run(on: .sqlite) { scene in
      try await scene.buy(scene.anna, crt: "1")
      let token = try await token(scene, domains: ["example.com"])
      for _ in 0..<2 { _ = try await open(scene, token, origin: "https://example.com") }
      await #expect(throws: BackendError.originRefused) { try await open(scene, token, origin: "https://evil.org") }
      let last: Character = token.last == "A" ? "Q" : "A"
      for other in [token.dropLast() + String(last), token + "A", String(token.dropLast())] {
        await #expect(throws: BackendError.unauthorized) { try await open(scene, other, origin: "https://example.com") }
      }
      scene.clock.set("2026-01-15T12:15:00Z")
      await #expect(throws: BackendError.tokenEnded) { try await open(scene, token, origin: "https://example.com") }
    }
  }

  @Test("that are restricted say so")
  func restricted() async throws {
    try await Scene.run(on: .sqlite) { scene in
      try await scene.buy(scene.anna, crt: "1")
      let free = try await scene.backend.tokens.check(token(scene), origin: nil, at: scene.clock.now)
      let bound = try await scene.backend.tokens.check(token(scene, restricted: true), origin: nil, at: scene.clock.now)
      #expect(!free.isRestricted && free.scope == [.use, .create, .delete])
      #expect(bound.isRestricted && bound.scope == [.use])
    }
  }

  @Test("bound to domains work from those origins only")
  func origins() async throws {
    try await Scene.run(on: .sqlite) { scene in
      try await scene.buy(scene.anna, crt: "1")
      let token = try await token(scene, domains: ["Example.com", "localhost:8080", "https://app.example.org/"])
      for origin in ["https://example.com", "http://example.com", "http://localhost:8080", "https://app.example.org"] {
        _ = try await open(scene, token, origin: origin)
      }
      for origin in [
        nil, "", "null", "https://example.com.evil.org", "https://evil.org", "https://sub.example.com",
        "http://localhost",
        "http://app.example.org", "https://evil.org/?https://example.com", "https://example.com@evil.org",
        "example.com",
      ] {
        await #expect(throws: BackendError.originRefused) { try await open(scene, token, origin: origin) }
      }
      for domain in ["", "a b", "https://", "javascript:alert(1)//", "ftp://example.com", "exa\u{0}mple.com", "*"] {
        await #expect(throws: BackendError.self) { _ = try await self.token(scene, domains: [domain]) }
      }
      await #expect(throws: BackendError.self) {
        _ = try await self.token(scene, domains: Array(repeating: "a.org", count: 21))
      }
    }
  }

  @Test("that were not made here, or were changed since, open nothing")
  func forged() async throws {
    try await Scene.run(on: .sqlite) { scene in
      try await scene.buy(scene.anna, crt: "1")
      let token = try await token(scene)
      let parts = token.split(separator: ".").map(String.init)
      let claims = try #require(Self.object(parts[1]))
      let header = try #require(Self.object(parts[0]))
      #expect(header["alg"] as? String == "HS256" && header["kid"] != nil)
      func part(_ object: [String: Any]) -> String {
        Self.base64URL(try! JSONSerialization.data(withJSONObject: object))
      }
      func signed(_ header: [String: Any], _ claims: [String: Any], key: String) -> String {
        let text = part(header) + "." + part(claims)
        let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(key.utf8)))
        return text + "." + Self.base64URL(Data(code))
      }
      let longer = claims.merging(["exp": 4_000_000_000]) { $1 }
      let none = header.merging(["alg": "none"]) { $1 }
      let wrong = [
        "", ".", "..", "a.b.c", parts[0] + "." + parts[1], parts[0] + "." + parts[1] + ".", token + "." + parts[2],
        parts[0] + "." + part(longer) + "." + parts[2],
        part(none) + "." + part(claims) + ".", part(none) + "." + part(claims) + "." + parts[2],
        part(["alg": "none"]) + "." + part(longer) + ".",
        signed(header, longer, key: ""), signed(header, longer, key: "secret"),
        signed(["alg": "HS256"], longer, key: "key_1"),
        signed(header.merging(["kid": "../../dev/null"]) { $1 }, longer, key: ""),
        signed(header.merging(["kid": "' OR 1=1"]) { $1 }, longer, key: ""),
        part(header.merging(["alg": "RS256"]) { $1 }) + "." + parts[1] + "." + String(parts[2].dropLast(4)) + "AAAA",
        String(repeating: "a", count: 1_000_000),
      ]
      for text in wrong {
        await #expect(throws: BackendError.unauthorized, "\(text.prefix(100))") { try await open(scene, text) }
      }
    }
  }

  @Test("for another service or audience open nothing", arguments: ["aud", "iss"])
  func audience(claim: String) async throws {
    let (location, remove) = try await Store.sqlite.make()
    let clock = HandClock("2026-01-15T12:00:00Z")
    let backend = try await Backend(location, now: { clock.now })
    let account = try await backend.write { try $0.createAccount(name: "shop").account }
    let name = try UserName(authtype: "mail", user: "anna")
    try await backend.write { try $0.buySubscription(account, name, crt: "1", testing: true) }
    let subscription = try await backend.read { try $0.subscription(account, name) }
    let token = try await backend.tokens.issue(
      for: subscription, domains: [], restricted: false, at: clock.now, rules: backend.rules
    ).text
    // With the right key, as another part of the service might sign: the key lies in the database.
    let key = try await signingKey(location)
    var claims = try #require(Self.object(String(token.split(separator: ".")[1])))
    claims[claim] = "other"
    let text = "\(token.split(separator: ".")[0])." + Self.base64URL(try JSONSerialization.data(withJSONObject: claims))
    let code = HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(key.utf8)))
    await #expect(throws: BackendError.unauthorized) {
      _ = try await backend.tokens.check(text + "." + Self.base64URL(Data(code)), origin: nil, at: clock.now)
    }
    _ = try await backend.tokens.check(token, origin: nil, at: clock.now)
    await backend.close()
    try await remove()
  }

  @Test("are made by one key, however many servers start at once", arguments: Store.available)
  func servers(store: Store) async throws {
    let (location, remove) = try await store.make()
    let backends = try await withThrowingTaskGroup(of: Backend.self) { group in
      for _ in 0..<4 { group.addTask { try await Backend(location) } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    let address = try #require(NetworkAddress("192.0.2.1"))
    #expect(Set(backends.map { $0.digest(of: address) }).count == 1)
    for backend in backends { await backend.close() }
    try await remove()
  }

  private func signingKey(_ location: Database.Location) async throws -> String {
    let database = try Database(location, migrations: ["", "", ""], connections: 1)
    let key = try await database.read { try $0.query("SELECT secret FROM signing_key")[0][0] }
    await database.close()
    return key
  }

  private static func object(_ part: String) -> [String: Any]? {
    var text = part.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    while text.count % 4 != 0 { text += "=" }
    return Data(base64Encoded: text).flatMap { try? JSONSerialization.jsonObject(with: $0) } as? [String: Any]
  }

  private static func base64URL(_ data: Data) -> String {
    data.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
      .replacingOccurrences(of: "=", with: "")
  }
}
