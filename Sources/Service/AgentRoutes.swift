import Backend
import HTTPTypes
import Hummingbird

/// Voice agents for pages: secrets for a hosted one, and where the local one listens.
struct AgentRoutes: Sendable {
  let gate: Gate
  /// Nil: no key is configured.
  let sessions: RealtimeSessions?
  /// Nil: the local agent does not run in this process.
  let local: Announced<Int>?
  /// Secrets cost the operator money: one user may have few.
  private let limiter = RateLimiter(RateLimit(perSecond: 0.1, burst: 6))

  init(gate: Gate, sessions: RealtimeSessions?, local: Announced<Int>?) {
    (self.gate, self.sessions, self.local) = (gate, sessions, local)
  }

  static let methods: [String: [HTTPRequest.Method]] = ["/agent/session": [.post, .options], "/agent/local": [.get]]

  func add(to router: Router<APIContext>) {
    let group = router.group().add(middleware: BrowserAccess())
    group.post("agent/session") { request, context in
      try await gate.enter(request, context) { token in
        let claims = try await gate.backend.tokens.check(
          token, origin: request.headers[.origin], at: gate.backend.moment)
        let (_, subscription) = try await gate.backend.glance { try $0.grant(claims) }
        guard !subscription.isExpired(at: gate.backend.moment) else { throw BackendError.subscriptionExpired }
        guard let sessions else {
          throw Problem(
            .notFound, "no_agent", "This service has no voice agent: its operator has set no OPENAI_API_KEY.")
        }
        try limiter.admit("", from: "\(subscription.id)", at: gate.backend.moment)
        return Response.json(try await sessions.mint())
      }
    }
    group.on("agent/session", method: .options) { _, _ in Response(status: .noContent) }
    router.get("agent/local") { _, _ in
      guard let port = local?.value else {
        throw Problem(.notFound, "no_agent", "The local agent does not run here: start it with serve --agent 8083.")
      }
      return Response.json(["port": port])
    }
  }
}
