import AsyncHTTPClient
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// A customer's server in small, for its quickstart page: it keeps the API secret, orders avatars for whoever has its
/// page open, and hands on where their files lie. It knows of the service what every customer knows: the public API.
struct Quickstart: Sendable {
  /// The service's address, `http://localhost:8081`.
  let api: String
  let secret: String
  private let site: StaticSite
  /// Told to those who have the page open. Pages of other sites cannot send it.
  private let visit: String

  private static let seconds: Int64 = 30

  /// - Parameter root: the folder with `web/` and `dist/` in it.
  init(root: String, api: String, secret: String) {
    (self.api, self.secret) = (api, secret)
    site = StaticSite(
      folders: [
        ("/sdk/", root + "/web/sdk"), ("/files/", root + "/dist/files"), ("/pages/", root + "/web/pages"),
        ("/quickstart/", root + "/web/quickstart"),
      ],
      pages: ["/": root + "/web/quickstart/index.html", "/favicon.ico": root + "/web/demo/icon.svg"])
    visit = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0).base64EncodedString() }
  }

  func router() -> Router<APIContext> {
    let router = Router(context: APIContext.self)
    router.add(middleware: ProblemMiddleware())
    router.post("order") { request, _ in
      try admit(request)
      return try await ask("createflexatar")
    }
    router.get("avatar/:id/:file") { request, context in
      try admit(request)
      guard let id = context.parameters.get("id"), id.utf8.allSatisfy(Self.isPartOfID),
        let file = context.parameters.get("file"), ["ftar", "preview"].contains(file)
      else { throw HTTPError(.notFound) }
      return try await ask("createflexatar/\(file)/\(id)")
    }
    for path: RouterPath in ["/", "**"] {
      router.get(path) { request, context in try await page(request, context) }
    }
    return router
  }

  /// A file of the page; with the page itself goes the cookie.
  private func page(_ request: Request, _ context: APIContext) async throws -> Response {
    guard let file = site.file(for: request.uri.path) else { throw HTTPError(.notFound) }
    var response = Response(status: .ok, body: try await FileIO().loadFile(path: file.path, context: context))
    response.headers[.contentType] = file.contentType
    response.headers[.cacheControl] = "no-cache"
    response.headers[.xContentTypeOptions] = "nosniff"
    if file.contentType.hasPrefix("text/html") {
      response.headers[.contentSecurityPolicy] =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; "
        + "connect-src 'self' \(api); img-src 'self' blob: data: \(api); media-src 'self' blob:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'"
      response.headers[.setCookie] = "visit=\(visit); Path=/; HttpOnly; SameSite=Strict"
    }
    return response
  }

  /// - Throws: `Problem` 403 for who has not opened the page.
  private func admit(_ request: Request) throws {
    guard request.cookies["visit"]?.value == visit else {
      throw Problem(.forbidden, "no_visit", "Open the page first.")
    }
  }

  private static func isPartOfID(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
    default: false
    }
  }

  /// A call of the API, its answer as it came.
  private func ask(_ call: String) async throws -> Response {
    var request = HTTPClientRequest(url: "\(api)/b2b/\(call)")
    request.method = .POST
    request.headers.add(name: "authorization", value: "Bearer \(secret)")
    let answer: HTTPClientResponse
    do {
      answer = try await HTTPClient.shared.execute(request, timeout: .seconds(Self.seconds))
    } catch {
      throw Problem(.badGateway, "unreachable", "The service does not answer.")
    }
    var response = Response(
      status: .init(code: Int(answer.status.code)),
      body: .init(byteBuffer: try await answer.body.collect(upTo: 1 << 20)))
    response.headers[.contentType] = answer.headers.first(name: "content-type") ?? "application/json"
    response.headers[.cacheControl] = "no-store"
    return response
  }
}
