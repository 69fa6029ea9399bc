import Hummingbird
import Logging

/// Serves the demo page, the SDK and the engine's files. Stops gracefully on SIGINT and SIGTERM: answers under way are
/// finished, no new ones begun.
public struct DemoServer: Sendable {
  private let site: StaticSite
  public var host: String
  public var port: Int

  /// - Parameter root: the folder with `web/` and `dist/` in it.
  public init(root: String, host: String, port: Int) {
    site = StaticSite(
      folders: [("/sdk/", root + "/web/sdk"), ("/files/", root + "/dist/files"), ("/demo/", root + "/web/demo")],
      pages: ["/main": root + "/web/demo/index.html", "/favicon.ico": root + "/web/demo/icon.svg"])
    self.host = host
    self.port = port
  }

  /// What a page may do: its own scripts, WebAssembly and workers, nothing from elsewhere. The shortest page has its
  /// script inside, as it is printed in the README.
  static func policy(of path: String) -> String {
    let inline = path == "/demo/minimal.html" ? " 'unsafe-inline'" : ""
    return "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'\(inline); worker-src 'self'; style-src 'self'; "
      + "connect-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; base-uri 'none'; form-action 'none'"
  }

  /// Runs until the process is asked to stop. `onStart` is called with the port once requests are answered.
  public func run(onStart: @escaping @Sendable (Int) -> Void) async throws {
    var logger = Logger(label: "flexatar")
    logger.logLevel = .warning
    let application = Application(
      router: router(), configuration: .init(address: .hostname(host, port: port), serverName: "flexatar"),
      onServerRunning: { channel in onStart(channel.localAddress?.port ?? port) }, logger: logger)
    try await application.runService()
  }

  func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.get("/") { _, _ in Response.redirect(to: "/main", type: .temporary) }
    router.get("**") { request, context in try await answer(request, context) }
    router.head("**") { request, context in try await answer(request, context) }
    return router
  }

  private func answer(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
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
