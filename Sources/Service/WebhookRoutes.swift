import Backend
import HTTPTypes
import Hummingbird

/// What was sent to a customer's webhook.
struct WebhookRoutes: Sendable {
  let gate: Gate

  static let methods: [String: [HTTPRequest.Method]] = ["/b2b/listdelivery": [.post]]

  private static let newest = 100

  func add(to router: Router<APIContext>) {
    router.post("b2b/listdelivery") { request, context in
      let (deliveries, _) = try await gate.look(request, context, Nothing.self) { transaction, account, _ in
        try transaction.webhookDeliveries(account, limit: Self.newest)
      }
      return Response.json(DeliveryList(list: deliveries.map(DeliveryItem.init)))
    }
  }
}

struct DeliveryList: Encodable {
  let list: [DeliveryItem]
}

struct DeliveryItem: Encodable {
  let id, type: String
  /// Seconds since 1970.
  let created: Int
  let attempts: Int
  /// Of the last try: the receiver's HTTP status, and what was wrong.
  let status: Int?
  let error: String?
  /// When it was taken, and when it is sent again; seconds since 1970.
  let delivered, next: Int?

  init(_ delivery: WebhookDelivery) {
    (id, type, created) = (delivery.id, delivery.type, delivery.createdAt.seconds)
    (attempts, status, error) = (delivery.attempt, delivery.status, delivery.error)
    (delivered, next) = (delivery.deliveredAt?.seconds, delivery.nextAt?.seconds)
  }
}
