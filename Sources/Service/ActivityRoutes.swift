import Backend
import Foundation
import Hummingbird

/// `/b2b/activity`: what the console shows beside the account and its subscriptions.
struct ActivityRoutes: Sendable {
  let gate: Gate

  static let methods: [String: [HTTPRequest.Method]] = ["/b2b/activity": [.post]]

  func add(to router: Router<APIContext>) {
    router.post("b2b/activity") { request, context in
      let (activity, _) = try await gate.look(request, context, Nothing.self) { transaction, account, _ in
        try transaction.activity(of: account)
      }
      return Response.json(ActivityAnswer(activity))
    }
  }
}

struct ActivityAnswer: Encodable {
  struct Entry: Encodable {
    let id, kind: String
    let amount: Decimal
    let subject: String?
    let created: Int
  }

  struct Day: Encodable {
    let day: String
    let sessions: Int
    let spent: Decimal
  }

  struct Work: Encodable {
    let id, kind, state: String
    let authtype, user: String?
    let testing, deleted: Bool
    let created: Int
  }

  let ledger: [Entry]
  let days: [Day]
  let jobs: [Work]

  init(_ activity: Transaction.Activity) {
    ledger = activity.ledger.map {
      Entry(
        id: $0.id, kind: $0.kind, amount: Decimal(cents: $0.cents), subject: $0.subject, created: $0.createdAt.seconds)
    }
    days = activity.days.map { Day(day: $0.day, sessions: $0.sessions, spent: Decimal(cents: $0.spentCents)) }
    jobs = activity.jobs.map {
      Work(
        id: $0.id, kind: $0.kind.rawValue, state: $0.state.rawValue, authtype: $0.user?.authtype, user: $0.user?.user,
        testing: $0.testing, deleted: $0.deletedAt != nil, created: $0.createdAt.seconds)
    }
  }
}
