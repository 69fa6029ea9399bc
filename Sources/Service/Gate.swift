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
    guard let header = request.headers[.authorization], header.count > 7,
      header.prefix(7).lowercased() == "bearer "
    else { return nil }
    return String(header.dropFirst(7).drop { $0 == " " })
  }

  /// The peer; or, where that is a proxy of ours, the last address in `X-Forwarded-For` that is none.
  func clientAddress(_ request: Request, _ context: APIContext) -> NetworkAddress? {
    guard let peer = context.remoteAddress?.ipAddress.flatMap(NetworkAddress.init) else { return nil }
    guard proxies.contains(peer) else { return peer }
    let chain = request.headers[values: .xForwardedFor].joined(separator: ",").split(separator: ",")
    for text in chain.reversed() {
      guard let address = NetworkAddress(text.trimmingCharacters(in: .whitespaces)) else { break }
      if !proxies.contains(address) { return address }
    }
    return peer
  }

  /// The whole body of a request, within limits of size and time.
  /// - Throws: `Problem` 408 and 413, `BackendError.invalid` for what is not UTF-8.
  func text(of request: Request, limit: Int = 65_536) async throws -> String {
    let seconds = bodySeconds
    let buffer = try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
      group.addTask { try await request.body.collect(upTo: limit) }
      group.addTask {
        try await Task.sleep(for: .seconds(seconds))
        throw Problem(.requestTimeout, "timeout", "The request took too long to arrive.")
      }
      defer { group.cancelAll() }
      return try await group.next()!
    }
    guard let text = String(validating: buffer.readableBytesView, as: UTF8.self) else {
      throw BackendError.invalid("The body is not UTF-8.")
    }
    return text
  }
}

extension HTTPField.Name {
  static let xForwardedFor = Self("X-Forwarded-For")!
  static let idempotencyKey = Self("Idempotency-Key")!
}
