import Hummingbird

/// The demo page, the SDK, the engine's files and the description of the API, as they lie in the repository.
struct Site: Sendable {
  private let site: StaticSite
  /// Where `/` leads.
  private let home: String
  /// Whoever opens the demo's pages is its visitor.
  private let customer: Customer?
  /// The local agent's port.
  private let agent: Announced<Int>?
  /// Where the hosted agent takes offers.
  private let realtime: String?

  /// - Parameters:
  ///   - root: the folder with `web/` and `dist/` in it.
  ///   - hasDemo: whether the demo page, the SDK and the engine's files are served too.
  ///   - customer: the server behind the demo's pages.
  ///   - agent: what the page /agent may talk to beside this server.
  ///   - realtime: the same, an origin.
  init(
    root: String, hasDemo: Bool, customer: Customer? = nil, agent: Announced<Int>? = nil, realtime: String? = nil
  ) {
    self.customer = customer
    self.agent = agent
    self.realtime = realtime
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
        ("/pages/", root + "/web/pages"), ("/studio/", root + "/web/studio"),
        ("/films/", root + "/web/films"), ("/examples/", root + "/web/examples"), ("/call/", root + "/web/call"),
        ("/agent-page/", root + "/web/agent"),
      ],
      pages: pages.merging(Self.demoPages.mapValues { root + "/web/" + $0 }) { $1 })
  }

  /// Paths without an ending, and their files below `web/`.
  private static let demoPages = [
    "/main": "demo/index.html", "/camera": "demo/camera.html", "/films": "demo/films.html",
    "/examples": "examples/index.html", "/call": "call/index.html", "/agent": "agent/index.html",
  ]

  /// What a page may do: its own scripts, WebAssembly and workers, nothing from elsewhere. The shortest page has its
  /// script inside, as it is printed in the README.
  /// - Parameters:
  ///   - agent: the local agent's port.
  ///   - realtime: the hosted agent's origin.
  static func policy(of path: String, agent: Int? = nil, realtime: String? = nil) -> String {
    let inline = path == "/demo/minimal.html" ? " 'unsafe-inline'" : ""
    // Beside a proxy with TLS, the local agent is at /agent/socket of the same host.
    let agents = (agent.map { " ws://localhost:\($0) ws://127.0.0.1:\($0)" } ?? "") + (realtime.map { " " + $0 } ?? "")
    let talk = path == "/agent" ? agents : ""
    return "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'\(inline); worker-src 'self'; style-src 'self'; "
      + "connect-src 'self'\(talk); frame-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; base-uri 'none'; form-action 'none'"
      // Nobody lays the page that asks for the secret under a page of theirs.
      + (path == "/console" ? "; frame-ancestors 'none'" : "")
  }

  /// Adds a route for everything that no other route answers.
  func add(to router: Router<APIContext>) {
    router.get("/") { _, _ in Response.redirect(to: home, type: .temporary) }
    // The router does not go back from /agent/session to what matches everything.
    router.get("agent") { request, context in try await answer(request, context) }
    router.head("agent") { request, context in try await answer(request, context) }
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
    if file.contentType.hasPrefix("text/html") {
      headers[.contentSecurityPolicy] = Self.policy(of: request.uri.path, agent: agent?.value, realtime: realtime)
    }
    if Self.demoPages[request.uri.path]?.hasPrefix("demo/") == true {
      headers[.setCookie] = customer?.cookie(for: request)
    }
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
