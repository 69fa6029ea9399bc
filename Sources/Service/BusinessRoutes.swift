import Backend
import Foundation
import HTTPTypes
import Hummingbird

/// `/b2b`: calls of customers' servers, with their secret.
struct BusinessRoutes: Sendable {
  let gate: Gate

  static let methods: [String: [HTTPRequest.Method]] = [
    "/b2b/buysubscription": [.post], "/b2b/delsubscription": [.post], "/b2b/usertoken": [.post],
    "/b2b/listsubscription": [.post], "/b2b/info": [.post], "/b2b/deluser": [.post],
  ]

  func add(to router: Router<APIContext>) {
    let group = router.group("b2b")
    group.post("buysubscription") { request, context in
      _ = try await gate.change(request, context, Purchase.self) { transaction, account, purchase in
        let name = try UserName(authtype: purchase.authtype, user: purchase.user)
        try transaction.buySubscription(account, name, crt: purchase.crt, testing: purchase.testing ?? false)
        return nil
      }
      return Response(status: .noContent)
    }
    group.post("delsubscription") { request, context in
      _ = try await gate.change(request, context, User.self) { transaction, account, user in
        try transaction.deleteSubscription(account, user.name)
        return nil
      }
      return Response(status: .noContent)
    }
    group.post("deluser") { request, context in
      _ = try await gate.change(request, context, User.self) { transaction, account, user in
        try transaction.deleteUser(account, user.name)
        return nil
      }
      return Response(status: .noContent)
    }
    group.post("usertoken") { request, context in
      let (subscription, wanted) = try await gate.look(request, context, TokenRequest.self) {
        transaction, account, wanted in
        try transaction.subscription(account, UserName(authtype: wanted.authtype, user: wanted.user))
      }
      let now = gate.backend.moment
      let token = try await gate.backend.tokens.issue(
        for: subscription, domains: wanted.domain ?? [], restricted: wanted.restricted ?? false, at: now,
        rules: gate.backend.rules)
      return Response.json(
        TokenAnswer(
          token: token.text, exp: subscription.expiresAt.seconds, tokenExp: token.expiresAt.seconds,
          crt: subscription.crt, isExpired: subscription.isExpired(at: now)))
    }
    group.post("listsubscription") { request, context in
      let (subscriptions, _) = try await gate.look(request, context, Origin.self) {
        transaction, account, origin in
        try transaction.subscriptions(account, of: origin.authtype)
      }
      let now = gate.backend.moment
      return Response.json(SubscriptionList(list: subscriptions.map { SubscriptionItem($0, at: now) }))
    }
    group.post("info") { request, context in
      let (statement, _) = try await gate.look(request, context, Nothing.self) { transaction, account, _ in
        try transaction.statement(of: account)
      }
      return Response.json(AccountInfo(statement, gate.backend.rules))
    }
  }
}
