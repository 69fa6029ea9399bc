import Backend
import Foundation
import HTTPTypes
import Hummingbird

/// Who asks, and whether they may ask so often: what every call of the API goes through.
struct Gate: Sendable {
  let backend: Backend
  let limiter: RateLimiter
  let proxies: Set<NetworkAddress>
  /// How long a body may take to arrive.
  let bodySeconds: Int
  /// The longest body of most calls.
  static let bodyBytes = 65_536
  /// The service's address, where the configuration says it.
  let publicURL: String?

  /// Runs `body` with the request's bearer credential.
  /// - Throws: `BackendError.unauthorized` where there is none; `Problem` 429.
  func enter<Answer>(
    _ request: Request, _ context: APIContext, _ body: (String) async throws -> Answer
  ) async throws -> Answer {
    let credential = Self.bearer(request) ?? ""
    try limiter.admit(credential, from: clientAddress(request, context)?.text ?? "", at: backend.moment)
    guard !credential.isEmpty else { throw BackendError.unauthorized }
    let answer = try await body(credential)
    limiter.welcome(credential, at: backend.moment)
    return answer
  }

  /// `Authorization: Bearer CREDENTIAL` (RFC 6750); the scheme in any case.
  static func bearer(_ request: Request) -> String? {
    guard let header = request.headers[.authorization]?.utf8, header.count > 7,
      zip(header, "bearer ".utf8).allSatisfy({ $0 | 0x20 == $1 })
    else { return nil }
    return String(header.dropFirst(7).drop { $0 == UInt8(ascii: " ") })
  }

  /// Where a request comes from, past proxies of ours.
  func clientAddress(_ request: Request, _ context: APIContext) -> NetworkAddress? {
    context.clientAddress(request, behind: proxies)
  }

  /// The whole body of a request, within limits of size and time.
  /// - Throws: `Problem` 408 and 413, `BackendError.invalid` for what is not UTF-8.
  func text(of request: Request, limit: Int = Gate.bodyBytes) async throws -> String {
    let buffer = try await within(seconds: bodySeconds) { try await request.body.collect(upTo: limit) }
    guard let text = String(validating: buffer.readableBytesView, as: UTF8.self) else {
      throw BackendError.invalid("The body is not UTF-8.")
    }
    return text
  }

  /// - Throws: `Problem` 408 when `body` takes longer, which is cancelled then.
  func within<Answer: Sendable>(seconds: Int, _ body: @escaping @Sendable () async throws -> Answer) async throws
    -> Answer
  {
    try await withThrowingTaskGroup(of: Answer.self) { group in
      group.addTask(operation: body)
      group.addTask {
        try await Task.sleep(for: .seconds(seconds))
        throw Problem(.requestTimeout, "timeout", "The request took too long to arrive.")
      }
      defer { group.cancelAll() }
      return try await group.next()!
    }
  }

  /// This service's address as the client knows it, `https://example.com`.
  func site(_ request: Request, _ context: APIContext) -> String {
    if let publicURL { return publicURL }
    let isProxied = context.remoteAddress?.ipAddress.flatMap(NetworkAddress.init).map(proxies.contains) ?? false
    let scheme = isProxied && request.headers[.xForwardedProto] == "https" ? "https" : "http"
    let host = request.head.authority ?? ""
    let isPlain = host.utf8.allSatisfy {
      switch $0 {
      case 48...57, 65...90, 97...122, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "["),
        UInt8(ascii: "]"):
        true
      default: false
      }
    }
    return "\(scheme)://\(!host.isEmpty && isPlain ? host : "localhost")"
  }
}

/// What customers' servers call: with their secret.
extension Gate {
  /// A call that changes something: with its `Idempotency-Key`, done once.
  /// - Parameter act: what to do; returns what an answer to the same request is made of later.
  func change<Body: Decodable & Sendable>(
    _ request: Request, _ context: APIContext, _ type: Body.Type,
    _ act: @escaping @Sendable (Transaction, Account, Body) throws -> String?
  ) async throws -> String? {
    try await order(request, context, type, limit: Self.bodyBytes, act).answer
  }

  /// A call that changes something, and what it asked for.
  /// - Parameter limit: of the body, bytes.
  func order<Body: Decodable & Sendable>(
    _ request: Request, _ context: APIContext, _ type: Body.Type, limit: Int,
    _ act: @escaping @Sendable (Transaction, Account, Body) throws -> String?
  ) async throws -> (answer: String?, body: Body) {
    try await enter(request, context) { secret in
      // Of a stranger no large body is read.
      if limit > Self.bodyBytes { _ = try await backend.read { try $0.account(secret: secret) } }
      let text = try await self.text(of: request, limit: limit)
      let body = try JSONText.decode(type, text)
      let key = request.headers[.idempotencyKey]
      let fingerprint = "\(request.method) \(request.uri.path)\n\(text)"
      let answer = try await backend.write { transaction in
        let account = try transaction.account(secret: secret)
        return try transaction.once(key, fingerprint: fingerprint, account) { try act(transaction, account, body) }
      }
      return (answer, body)
    }
  }

  /// A call that changes nothing.
  func look<Body: Decodable & Sendable, Found: Sendable>(
    _ request: Request, _ context: APIContext, _ type: Body.Type,
    _ find: @escaping @Sendable (Transaction, Account, Body) throws -> Found
  ) async throws -> (found: Found, body: Body) {
    try await enter(request, context) { secret in
      let body = try JSONText.decode(type, try await text(of: request))
      let found = try await backend.read { transaction in
        try find(transaction, try transaction.account(secret: secret), body)
      }
      return (found, body)
    }
  }
}

extension HTTPField.Name {
  static let xForwardedFor = Self("X-Forwarded-For")!
  static let xForwardedProto = Self("X-Forwarded-Proto")!
  static let idempotencyKey = Self("Idempotency-Key")!
}
