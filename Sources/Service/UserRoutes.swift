import Backend
import Foundation
import HTTPTypes
import Hummingbird

/// Calls of browsers, with a user token. Pages of any origin may call: the token says from which it works.
struct UserRoutes: Sendable {
  let gate: Gate

  static let methods: [String: [HTTPRequest.Method]] = [
    "/info": [.get, .options], "/session": [.get, .options], "/log": [.post, .options],
  ]

  func add(to router: Router<APIContext>) {
    let group = router.group().add(middleware: BrowserAccess())
    group.get("info") { request, context in
      try await enter(request, context) { claims in
        let usage = try await gate.backend.glance { try $0.usage(claims) }
        return .json(
          text: UserInfo(
            exp: usage.expiresAt.seconds, isExpired: usage.isExpired(at: gate.backend.moment),
            testing: usage.testing, restricted: claims.isRestricted,
            sessions: .init(used: usage.sessions, limit: gate.backend.rules.sessionsPerSubscription),
            creations: .init(used: usage.creations, limit: gate.backend.rules.creationsPerSubscription)
          ).json)
      }
    }
    group.get("session") { request, context in
      try await enter(request, context) { claims in
        guard let address = gate.clientAddress(request, context) else {
          throw BackendError.invalid("The request comes from no address.")
        }
        let digest = gate.backend.digest(of: address)
        let session: Transaction.SessionUsage
        do {
          session = try await gate.backend.write { transaction in
            let (account, subscription) = try transaction.grant(claims)
            return try transaction.openSession(subscription, account, addressDigest: digest)
          }
        } catch BackendError.sessionLimit, BackendError.lowBalance {
          // For the page to tell; its token is as good as any other.
          return .json(BlockAnswer(block: "subscription_limit"))
        }
        return .json(
          SessionAnswer(
            day: session.day, price: Decimal(cents: session.cents),
            sessions: .init(used: session.used, limit: gate.backend.rules.sessionsPerSubscription)))
      }
    }
    group.post("log") { request, context in
      try await enter(request, context) { claims in
        let line = try JSONText.decode(LogLine.self, try await gate.text(of: request, limit: 4096))
        // Codes only: free text of a browser may hold anything about anybody.
        guard (1...64).contains(line.code.utf8.count), line.code.utf8.allSatisfy(LogLine.isPartOfCode) else {
          throw BackendError.invalid("code is 1 to 64 lowercase letters, digits, dots, hyphens and underscores.")
        }
        let (_, subscription) = try await gate.backend.glance { try $0.grant(claims) }
        context.logger.notice("browser", metadata: ["code": "\(line.code)", "subscription": "\(subscription.id)"])
        return Response(status: .noContent)
      }
    }
    for path in Self.methods.keys {
      group.on(RouterPath(path), method: .options) { _, _ in Response(status: .noContent) }
    }
  }

  private func enter(
    _ request: Request, _ context: APIContext, _ body: (UserClaims) async throws -> Response
  ) async throws -> Response {
    try await gate.enter(request, context) { token in
      try await body(
        await gate.backend.tokens.check(token, origin: request.headers[.origin], at: gate.backend.moment))
    }
  }
}

/// Lets pages of every origin read the answers; they prove themselves with a token, not with cookies.
struct BrowserAccess: RouterMiddleware {
  func handle(
    _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    var response: Response
    do { response = try await next(request, context) } catch { response = Problem(any: error).response }
    response.headers[.accessControlAllowOrigin] = "*"
    if request.method == .options {
      response.headers[.accessControlAllowMethods] = "GET, POST, DELETE"
      response.headers[.accessControlAllowHeaders] = "Authorization, Content-Type, Idempotency-Key"
      response.headers[.accessControlMaxAge] = "600"
    }
    return response
  }
}

/// What every page asks that opens. Written here: an encoder would take longer than all else about the answer.
struct UserInfo {
  struct Quota: Encodable {
    let used, limit: Int

    fileprivate var json: String { "{\"limit\":\(limit),\"used\":\(used)}" }
  }

  /// When the subscription ends, seconds since 1970.
  let exp: Int
  let isExpired: Bool
  let testing, restricted: Bool
  let sessions, creations: Quota

  var json: String {
    """
    {"creations":\(creations.json),"exp":\(exp),"is_expired":\(isExpired),"restricted":\(restricted),\
    "sessions":\(sessions.json),"testing":\(testing)}
    """
  }
}

struct SessionAnswer: Encodable {
  /// The day that this session is counted for.
  let day: String
  /// 0 while the subscription covers it.
  let price: Decimal
  let sessions: UserInfo.Quota
}

struct LogLine: Decodable {
  let code: String

  static func isPartOfCode(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
      UInt8(ascii: "-"),
      UInt8(ascii: "_"):
      true
    default: false
    }
  }
}
