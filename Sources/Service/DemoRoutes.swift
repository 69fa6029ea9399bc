import Backend
import Foundation
import HTTPTypes
import Hummingbird

/// The customer's server behind the demo page: each visitor has users of its own, who get testing subscriptions, which
/// cost nothing.
struct DemoRoutes: Sendable {
  let customer: Customer
  let gate: Gate

  static let methods: [String: [HTTPRequest.Method]] = [
    "/customer/buy": [.post], "/customer/list": [.post], "/customer/token": [.post], "/customer/delete": [.post],
  ]

  func add(to router: Router<APIContext>) {
    router.post("customer/buy") { request, context in
      _ = try customer.admit(request)
      try customer.orders.admit("", from: gate.clientAddress(request, context)?.text ?? "", at: gate.backend.moment)
      return try await call("buysubscription", request, context) {
        ["crt": UUID().uuidString, "testing": true].merging($0) { $1 }
      }
    }
    router.post("customer/token") { request, context in try await call("usertoken", request, context) { $0 } }
    router.post("customer/delete") { request, context in try await call("delsubscription", request, context) { $0 } }
    router.post("customer/list") { request, context in
      try await customer.passOn("listsubscription", JSONText.encode(["authtype": try authtype(request, context)]))
    }
  }

  /// - Parameter fields: what the API is sent, beginning with the user.
  private func call(
    _ name: String, _ request: Request, _ context: APIContext,
    fields: ([String: any Sendable]) -> [String: any Sendable]
  ) async throws -> Response {
    let authtype = try authtype(request, context)
    let user = try JSONText.decode(DemoUser.self, try await gate.text(of: request, limit: 1024)).user
    let body = try JSONSerialization.data(withJSONObject: fields(["authtype": authtype, "user": user]))
    return try await customer.passOn(name, String(decoding: body, as: UTF8.self))
  }

  /// Sets the visitor's users apart from those of others.
  private func authtype(_ request: Request, _ context: APIContext) throws -> String {
    let authtype = "demo\(try customer.admit(request))"
    try gate.limiter.admit(authtype, from: gate.clientAddress(request, context)?.text ?? "", at: gate.backend.moment)
    return authtype
  }
}

struct DemoUser: Decodable {
  let user: String
}
