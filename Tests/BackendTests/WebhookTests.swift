import Backend
import Foundation
import Testing

@Suite("Messages to webhooks")
struct WebhookTests {
  private static let url = "https://example.com/hook"

  /// A job that has ended.
  private func end(_ scene: Scene, _ result: Result<String, JobFailure> = .success("{}")) async throws -> Job {
    try await scene.backend.write { transaction in
      let job = try transaction.orderAvatar(scene.account, for: nil)
      _ = try transaction.enqueue(job.id)
      let leased = try transaction.lease(to: "w")!
      _ = try transaction.finish(leased, owner: "w", result)
      return job
    }
  }

  private func set(_ scene: Scene, _ url: String = url) async throws -> WebhookSecret {
    try await scene.backend.write { try $0.setWebhook(url, scene.account) }
  }

  private func take(_ scene: Scene) async throws -> (delivery: WebhookDelivery, webhook: Webhook)? {
    try await scene.backend.write { try $0.takeMessage() }
  }

  private func note(_ scene: Scene, _ delivery: WebhookDelivery, _ status: Int?, _ error: String?) async throws {
    try await scene.backend.write { try $0.noteDelivery(delivery, status: status, error: error) }
  }

  private func newest(_ scene: Scene) async throws -> WebhookDelivery? {
    try await scene.backend.read { try $0.webhookDeliveries(scene.account, limit: 10).first }
  }

  @Test("tell that a job has ended, how, and nothing of its user", arguments: Store.available)
  func messages(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      _ = try await end(scene)
      #expect(try await newest(scene) == nil, "nobody wants to know")
      let secret = try await set(scene)
      for (result, type, data) in [
        (.success("{}"), "avatar.created", #"{"id":"ID"}"#),
        (
          .failure(JobFailure("bad_photo", code: "no-face", "There is no face.")), "avatar.failed",
          #"{"code":"no-face","error":"bad_photo","id":"ID","message":"There is no face."}"#
        ),
      ] as [(Result<String, JobFailure>, String, String)] {
        let job = try await end(scene, result)
        let (delivery, webhook) = try #require(try await take(scene))
        #expect(delivery.type == type && webhook.url == Self.url && webhook.secret == secret)
        #expect(
          delivery.body == "{\"data\":\(data.replacing("ID", with: job.id)),\"timestamp\":\"2026-01-15T12:00:00Z\","
            + "\"type\":\"\(type)\"}")
        try await note(scene, delivery, 204, nil)
      }
      #expect(try await take(scene) == nil)
    }
  }

  @Test("are not sent of what was deleted", arguments: Store.available)
  func deleted(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      _ = try await set(scene)
      try await scene.buy(scene.anna, crt: "1")
      try await scene.backend.write { transaction in
        _ = try transaction.orderAvatar(scene.account, for: transaction.subscription(scene.account, scene.anna))
        try transaction.deleteUser(scene.account, scene.anna)
      }
      #expect(try await newest(scene) == nil)
    }
  }

  @Test("are sent again, later each time, and given up in the end", arguments: Store.available)
  func retries(store: Store) async throws {
    var rules = Rules()
    rules.webhookDelaySeconds = [5, 300]
    try await Scene.run(on: store, rules: rules) { scene in
      _ = try await set(scene)
      _ = try await end(scene)
      for (moment, next) in [("12:00:00", "12:00:05"), ("12:00:05", "12:05:05"), ("12:05:05", nil)] {
        scene.clock.set("2026-01-15T\(moment)Z")
        let delivery = try #require(try await take(scene)?.delivery)
        try await note(scene, delivery, 500, "It was answered 500.")
        let noted = try #require(try await newest(scene))
        #expect(noted.nextAt == next.map { HandClock.date("2026-01-15T\($0)Z") } && noted.status == 500)
        #expect(try await take(scene) == nil)
      }
      let over = try #require(try await newest(scene))
      #expect(over.attempt == 3 && over.deliveredAt == nil && over.error == "It was answered 500.")
      scene.clock.set("2026-02-20T12:00:00Z")
      try await scene.backend.write { try $0.sweepMessages() }
      #expect(try await newest(scene) == nil)
    }
  }

  @Test("go out one at a time, and come back when their sender died", arguments: Store.available)
  func senders(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      _ = try await set(scene)
      _ = try await end(scene)
      scene.clock.set("2026-01-15T12:00:01Z")
      _ = try await end(scene)
      let first = try #require(try await take(scene)?.delivery)
      #expect(try await take(scene) == nil)
      scene.clock.set("2026-01-15T12:01:02Z")
      // Whichever is sent now: the first one's sender is late, and its note changes nothing.
      var ids: Set<String> = []
      for _ in 0..<2 {
        let again = try #require(try await take(scene)?.delivery)
        if again.id == first.id {
          #expect(again.attempt == 2)
          try await note(scene, first, 200, nil)
          #expect(
            try await scene.backend.read { try $0.webhookDeliveries(scene.account, limit: 10) }.last?.nextAt != nil)
        }
        ids.insert(again.id)
        try await note(scene, again, 200, nil)
      }
      #expect(ids.count == 2)
      #expect(try await take(scene) == nil)
    }
  }

  @Test("stop when the webhook is taken away; a new address has a new secret", arguments: Store.available)
  func removal(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      let secret = try await set(scene)
      #expect(try await set(scene, Self.url + "2") != secret)
      _ = try await end(scene)
      let delivery = try #require(try await take(scene)?.delivery)
      try await scene.backend.write { try $0.removeWebhook(of: scene.account) }
      try await note(scene, delivery, 500, "It was answered 500.")
      scene.clock.set("2026-01-15T13:00:00Z")
      #expect(try await take(scene) == nil)
      #expect(try await newest(scene)?.nextAt == nil)
    }
  }

  @Test("go to addresses only")
  func addresses() async throws {
    try await Scene.run(on: .sqlite) { scene in
      for wrong in [
        "", "example.com", "ftp://example.com", "https://", "https://user:word@example.com", "https://example.com/#a",
        "https://exa mple.com", "https://exämple.com", "https://example.com%2e/", "file:///etc/passwd",
        "https://example.com/" + String(repeating: "a", count: 2048),
      ] {
        await #expect(throws: BackendError.self, "\(wrong)") { _ = try await set(scene, wrong) }
      }
      _ = try await set(scene, "http://[2001:db8::1]:8080/hook?a=b")
    }
  }

  @Test("are signed as the specification's example is")
  func signature() throws {
    let secret = try #require(WebhookSecret("whsec_plJ3nmyCDGBKInavdOK15jsl"))
    let headers = secret.headers(
      id: "msg_loFOjxBNrRLzqYUf", body: #"{"event_type":"ping","data":{"success":true}}"#,
      at: Date(timeIntervalSince1970: 1_731_705_121))
    #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
    #expect(
      headers.map(\.value) == [
        "msg_loFOjxBNrRLzqYUf", "1731705121", "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
      ])
  }
}
