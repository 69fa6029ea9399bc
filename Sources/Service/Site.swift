import Hummingbird

/// The demo page, the SDK, the engine's files and the description of the API, as they lie in the repository.
struct Site: Sendable {
  private let site: StaticSite
  /// Where `/` leads.
  private let home: String

  /// - Parameters:
  ///   - root: the folder with `web/` and `dist/` in it.
  ///   - hasDemo: whether the demo page, the SDK and the engine's files are served too.
  init(root: String, hasDemo: Bool) {
    home = hasDemo ? "/main" : "/docs"
    let pages = [
      "/docs": root + "/web/pages/docs.html", "/console": root + "/web/pages/console.html",
      "/openapi.json": root + "/web/api/openapi.json", "/favicon.ico": root + "/web/demo/icon.svg",
    ]
    guard hasDemo else {
      site = StaticSite(folders: [("/pages/", root + "/web/pages")], pages: pages)
      return
    }
    site = StaticSite(
      folders: [
        ("/sdk/", root + "/web/sdk"), ("/files/", root + "/dist/files"), ("/demo/", root + "/web/demo"),
        ("/pages/", root + "/web/pages"),
      ],
      pages: pages.merging(["/main": root + "/web/demo/index.html"]) { $1 })
  }

  /// What a page may do: its own scripts, WebAssembly and workers, nothing from elsewhere. The shortest page has its
  /// script inside, as it is printed in the README.
  static func policy(of path: String) -> String {
    let inline = path == "/demo/minimal.html" ? " 'unsafe-inline'" : ""
    return "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'\(inline); worker-src 'self'; style-src 'self'; "
      + "connect-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; base-uri 'none'; form-action 'none'"
      // Nobody lays the page that asks for the secret under a page of theirs.
      + (path == "/console" ? "; frame-ancestors 'none'" : "")
  }

  /// Adds a route for everything that no other route answers.
  func add(to router: Router<APIContext>) {
    router.get("/") { _, _ in Response.redirect(to: home, type: .temporary) }
    router.get("**") { request, context in try await answer(request, context) }
    router.head("**") { request, context in try await answer(request, context) }
  }

  private func answer(_ request: Request, _ context: APIContext) async throws -> Response {
    let accepted = request.headers[.acceptEncoding] ?? ""
    guard let file = site.file(for: request.uri.path, accepting: accepted) else { throw HTTPError(.notFound) }
    var headers = HTTPFields()
    headers[.eTag] = file.tag
    // Always asked again, mostly answered "not modified": a new build shows at once.
    headers[.cacheControl] = "no-cache"
    headers[.xContentTypeOptions] = "nosniff"
    // Pages elsewhere may use the SDK and the engine's files: that is what they are served for.
    headers[.accessControlAllowOrigin] = "*"
    headers[.init("Cross-Origin-Resource-Policy")!] = "cross-origin"
    if file.varies { headers[.vary] = "Accept-Encoding" }
    if Self.matches(request.headers[.ifNoneMatch], file.tag) { return Response(status: .notModified, headers: headers) }
    headers[.contentType] = file.contentType
    headers[.contentEncoding] = file.encoding
    headers[.contentLength] = String(file.bytes)
    if file.contentType.hasPrefix("text/html") { headers[.contentSecurityPolicy] = Self.policy(of: request.uri.path) }
    guard request.method == .get else { return Response(status: .ok, headers: headers) }
    return Response(
      status: .ok, headers: headers, body: try await FileIO().loadFile(path: file.path, context: context))
  }

  /// If-None-Match: a list of tags, weak ones too, or "*".
  static func matches(_ header: String?, _ tag: String) -> Bool {
    guard let header else { return false }
    return header.split(separator: ",").contains { candidate in
      let name = candidate.drop { $0 == " " }
      return name == "*" || name == tag || name == "W/" + tag
    }
  }
}
