import AsyncHTTPClient
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A customer's server in small, behind the pages that show the product: it keeps the API secret and knows of the service
/// what every customer knows, the public API. Who has its page open is a *visitor*: known by a signed cookie that pages of
/// other sites cannot send, and that no script reads.
struct Customer: Sendable {
  /// Where the service is.
  let api: Announced<String>
  /// What is kept for ever, or costs: by address, as cookies are to be had by asking.
  let orders = RateLimiter(RateLimit(perSecond: 1.0 / 60, burst: 20))
  private let secret: String
  private let key: SymmetricKey

  private static let seconds: Int64 = 30
  private static let cookieName = "visit"
  private static let cookieDays = 30

  init(api: Announced<String>, secret: String) {
    (self.api, self.secret) = (api, secret)
    key = SymmetricKey(data: SHA256.hash(data: Data("visits of \(secret)".utf8)))
  }

  // MARK: - Visitors

  /// The cookie that a page's answer takes along: none where the request has a good one.
  func cookie(for request: Request) -> String? {
    guard visitor(request) == nil else { return nil }
    let id = SymmetricKey(size: .bits128).withUnsafeBytes { $0.map { String(byte: $0) }.joined() }
    return "\(Self.cookieName)=\(id).\(signature(of: id)); Path=/; HttpOnly; SameSite=Strict; "
      + "Max-Age=\(Self.cookieDays * 86_400)"
  }

  /// - Returns: 32 hexadecimal digits.
  /// - Throws: `Problem` 403 for who has not opened the page.
  func admit(_ request: Request) throws -> String {
    guard let visitor = visitor(request) else { throw Problem(.forbidden, "no_visit", "Open the page first.") }
    return visitor
  }

  private func visitor(_ request: Request) -> String? {
    let parts = (request.cookies[Self.cookieName]?.value ?? "").split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let code = Data(base64Encoded: String(parts[1])),
      HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: Data(parts[0].utf8), using: key)
    else { return nil }
    return String(parts[0])
  }

  private func signature(of id: String) -> String {
    Data(HMAC<SHA256>.authenticationCode(for: Data(id.utf8), using: key)).base64EncodedString()
  }

  // MARK: - The API

  /// A call of the API, its answer as it came.
  /// - Throws: `Problem` 502 where the service cannot be reached.
  func passOn(_ call: String, _ body: String = "{}") async throws -> Response {
    guard let address = api.value else { throw Problem(.badGateway, "unreachable", "The service does not answer yet.") }
    var request = HTTPClientRequest(url: "\(address)/b2b/\(call)")
    request.method = .POST
    request.headers.add(name: "authorization", value: "Bearer \(secret)")
    request.headers.add(name: "content-type", value: "application/json")
    request.body = .bytes(ByteBuffer(string: body))
    do {
      let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(Self.seconds))
      var response = Response(
        status: .init(code: Int(answer.status.code)),
        body: .init(byteBuffer: try await answer.body.collect(upTo: 1 << 20)))
      response.headers[.contentType] = answer.headers.first(name: "content-type") ?? "application/json"
      response.headers[.cacheControl] = "no-store"
      if let seconds = answer.headers.first(name: "retry-after") { response.headers[.retryAfter] = seconds }
      return response
    } catch {
      throw Problem(.badGateway, "unreachable", "The service does not answer.")
    }
  }
}

extension String {
  /// Two hexadecimal digits.
  fileprivate init(byte: UInt8) {
    let digits = Array("0123456789abcdef")
    self = String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
  }
}
