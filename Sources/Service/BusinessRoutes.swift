import Backend
import Foundation
import HTTPTypes
import Hummingbird

/// `/b2b`: calls of customers' servers, with their secret.
struct BusinessRoutes: Sendable {
  let gate: Gate

  static let methods: [String: [HTTPRequest.Method]] = [
    "/b2b/buysubscription": [.post], "/b2b/delsubscription": [.post], "/b2b/usertoken": [.post],
    "/b2b/listsubscription": [.post], "/b2b/info": [.post],
  ]

  func add(to router: Router<APIContext>) {
    let group = router.group("b2b")
    group.post("buysubscription") { request, context in
      try await change(request, context, Purchase.self) { transaction, account, purchase in
        let name = try UserName(authtype: purchase.authtype, user: purchase.user)
        try transaction.buySubscription(account, name, crt: purchase.crt, testing: purchase.testing ?? false)
      }
    }
    group.post("delsubscription") { request, context in
      try await change(request, context, User.self) { transaction, account, user in
        try transaction.deleteSubscription(account, UserName(authtype: user.authtype, user: user.user))
      }
    }
    group.post("usertoken") { request, context in
      try await look(request, context, TokenRequest.self) { transaction, account, wanted in
        try transaction.subscription(account, UserName(authtype: wanted.authtype, user: wanted.user))
      } answer: { subscription, wanted, now in
        let token = try await gate.backend.tokens.issue(
          for: subscription, domains: wanted.domain ?? [], restricted: wanted.restricted ?? false, at: now,
          rules: gate.backend.rules)
        return TokenAnswer(
          token: token.text, exp: subscription.expiresAt.seconds, tokenExp: token.expiresAt.seconds,
          crt: subscription.crt, isExpired: subscription.isExpired(at: now))
      }
    }
    group.post("listsubscription") { request, context in
      try await look(request, context, Nothing.self) { transaction, account, _ in
        try transaction.subscriptions(account)
      } answer: { subscriptions, _, now in
        SubscriptionList(list: subscriptions.map { SubscriptionItem($0, at: now) })
      }
    }
    group.post("info") { request, context in
      try await look(request, context, Nothing.self) { transaction, account, _ in
        try transaction.statement(of: account)
      } answer: { statement, _, _ in
        AccountInfo(statement, gate.backend.rules)
      }
    }
  }

  /// A call that changes something and answers nothing: with its `Idempotency-Key`, done once.
  private func change<Body: Decodable & Sendable>(
    _ request: Request, _ context: APIContext, _ type: Body.Type,
    _ act: @escaping @Sendable (Transaction, Account, Body) throws -> Void
  ) async throws -> Response {
    try await gate.enter(request, context) { secret in
      let text = try await gate.text(of: request)
      let body = try JSONText.decode(type, text)
      let key = request.headers[.idempotencyKey]
      let fingerprint = "\(request.method) \(request.uri.path)\n\(text)"
      try await gate.backend.write { transaction in
        let account = try transaction.account(secret: secret)
        try transaction.once(key, fingerprint: fingerprint, account) { try act(transaction, account, body) }
      }
      return Response(status: .noContent)
    }
  }

  /// A call that changes nothing.
  private func look<Body: Decodable & Sendable, Found: Sendable, Answer: Encodable>(
    _ request: Request, _ context: APIContext, _ type: Body.Type,
    _ find: @escaping @Sendable (Transaction, Account, Body) throws -> Found,
    answer: (Found, Body, Date) async throws -> Answer
  ) async throws -> Response {
    try await gate.enter(request, context) { secret in
      let body = try JSONText.decode(type, try await gate.text(of: request))
      let found = try await gate.backend.read { transaction in
        try find(transaction, try transaction.account(secret: secret), body)
      }
      return .json(try await answer(found, body, gate.backend.moment))
    }
  }
}
