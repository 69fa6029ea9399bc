import Backend
import Foundation
import HTTPTypes
import Hummingbird

/// The quickstart page and the customer's server behind it, which orders avatars for whoever has the page open, and hands
/// on where their files lie.
struct Quickstart: Sendable {
  private let customer: Customer
  private let site: StaticSite
  private let proxies: Set<NetworkAddress>

  /// - Parameter root: the folder with `web/` and `dist/` in it.
  init(root: String, customer: Customer, proxies: Set<NetworkAddress>) {
    (self.customer, self.proxies) = (customer, proxies)
    site = StaticSite(
      folders: [
        ("/sdk/", root + "/web/sdk"), ("/files/", root + "/dist/files"), ("/pages/", root + "/web/pages"),
        ("/quickstart/", root + "/web/quickstart"),
      ],
      pages: ["/": root + "/web/quickstart/index.html", "/favicon.ico": root + "/web/demo/icon.svg"])
  }

  func router() -> Router<APIContext> {
    let router = Router(context: APIContext.self)
    router.add(middleware: ProblemMiddleware())
    router.post("order") { request, context in
      _ = try customer.admit(request)
      try customer.orders.admit("", from: context.clientAddress(request, behind: proxies)?.text ?? "", at: Date())
      return try await customer.passOn("createflexatar")
    }
    router.get("avatar/:id/:file") { request, context in
      _ = try customer.admit(request)
      guard let id = context.parameters.get("id"), id.utf8.allSatisfy(Self.isPartOfID),
        let file = context.parameters.get("file"), ["ftar", "preview"].contains(file)
      else { throw HTTPError(.notFound) }
      return try await customer.passOn("createflexatar/\(file)/\(id)")
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
      let api = customer.api.value ?? "'none'"
      response.headers[.contentSecurityPolicy] =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; "
        + "connect-src 'self' \(api); img-src 'self' blob: data: \(api); media-src 'self' blob:; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'"
      response.headers[.setCookie] = customer.cookie(for: request)
    }
    return response
  }

  private static func isPartOfID(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
    default: false
    }
  }
}
