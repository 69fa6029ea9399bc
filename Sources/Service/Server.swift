import Backend
import Hummingbird
import Logging
import Objects
import ServiceLifecycle

/// The site and the API on one port.
public struct Server: Sendable {
  private let site: Site
  private let backend: Backend
  private let store: any ObjectStore
  private let configuration: ServiceConfiguration
  private let metrics = Metrics()
  /// Behind the demo page; nil: the page does without users.
  private let customer: Customer?
  private let address: Announced<String>
  private let agent: Announced<Int>?

  /// - Parameters:
  ///   - root: the folder with `web/` and `dist/` in it.
  ///   - hasDemo: whether the demo page, the SDK and the engine's files are served beside the API.
  ///   - demoSecret: the API secret of the account whose users the demo page buys subscriptions for.
  ///   - address: gets to know where the service listens.
  ///   - agent: where the local agent listens that runs beside it.
  public init(
    root: String, hasDemo: Bool, demoSecret: String?, address: Announced<String>, agent: Announced<Int>? = nil,
    backend: Backend,
    store: any ObjectStore, configuration: ServiceConfiguration
  ) {
    self.address = address
    self.agent = agent
    customer = hasDemo ? demoSecret.map { Customer(api: address, secret: $0) } : nil
    site = Site(
      root: root, hasDemo: hasDemo, customer: customer, agent: agent, realtime: configuration.realtime?.origin)
    self.backend = backend
    self.store = store
    self.configuration = configuration
  }

  /// What one request's head may cost.
  private enum Limits {
    static let headerBytes = 32_768
    static let headers = 100
  }

  /// Runs until the process is asked to stop (SIGINT, SIGTERM): answers under way are finished, no new ones begun.
  /// `onStart` is called with the port once requests are answered.
  /// - Parameter workers: what runs beside it.
  public func run(
    host: String, port: Int, beside workers: [any ServiceLifecycle.Service], onStart: @escaping @Sendable (Int) -> Void
  ) async throws {
    var logger = Logger(label: "flexatar")
    logger.logLevel = .notice
    let application = Application(
      router: router(),
      server: .http1(
        configuration: .init(
          idleTimeout: .seconds(Int64(configuration.idleSeconds)),
          httpDecoderConfiguration: .init(
            maxHeaderFieldSize: Limits.headerBytes, maxHeaderListSize: Limits.headerBytes,
            maxHeaderFieldCount: Limits.headers))),
      configuration: .init(
        address: .hostname(host, port: port), serverName: "flexatar",
        availableConnectionsDelegate: .maximum(configuration.maxConnections, logger: logger)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? port
        address.value = "http://\(Self.name(of: host)):\(port)"
        onStart(port)
      }, logger: logger)
    do {
      try await Self.run(workers + metricsServer(logger) + [application])
    } catch {
      await backend.close()
      throw error
    }
    await backend.close()
  }

  /// What this machine's browsers call a host to listen on.
  public static func name(of host: String) -> String {
    if host == "127.0.0.1" || host == "0.0.0.0" { return "localhost" }
    return host.contains(":") ? "[\(host)]" : host
  }

  /// The quickstart page and the server behind it, which is a customer of the service at `api`.
  public static func quickstart(
    root: String, host: String, port: Int, api: Announced<String>, secret: String, configuration: ServiceConfiguration,
    onStart: @escaping @Sendable (Int) -> Void
  ) -> any ServiceLifecycle.Service {
    var logger = Logger(label: "flexatar.quickstart")
    logger.logLevel = .error
    return Application(
      router: Quickstart(
        root: root, customer: Customer(api: api, secret: secret), proxies: configuration.proxies
      ).router(),
      server: .http1(configuration: .init(idleTimeout: .seconds(30))),
      configuration: .init(
        address: .hostname(host, port: port),
        availableConnectionsDelegate: .maximum(configuration.maxConnections, logger: logger)),
      onServerRunning: { channel in onStart(channel.localAddress?.port ?? port) }, logger: logger)
  }

  /// Runs services until the process is asked to stop; they stop in reverse order.
  public static func run(_ services: [any ServiceLifecycle.Service]) async throws {
    var logger = Logger(label: "flexatar")
    logger.logLevel = .error
    try await ServiceGroup(
      configuration: .init(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    ).run()
  }

  /// `/metrics` at an address of its own, where the configuration names one: the operator's, not the world's.
  private func metricsServer(_ logger: Logger) -> [any ServiceLifecycle.Service] {
    guard let address = configuration.metricsAddress else { return [] }
    let router = Router()
    router.get("metrics") { [metrics, backend] _, _ in
      let text = metrics.text(
        transactions: backend.transactions, totals: try await backend.read { try $0.totals() })
      return Response(
        status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
        body: .init(byteBuffer: ByteBuffer(string: text)))
    }
    return [
      Application(
        router: router, configuration: .init(address: .hostname(address.host, port: address.port)), logger: logger)
    ]
  }

  /// All routes; what they throw becomes problem details.
  func router() -> Router<APIContext> {
    let router = Router(context: APIContext.self)
    router.add(middleware: MetricsMiddleware(metrics: metrics))
    router.add(middleware: ProblemMiddleware())
    router.add(
      middleware: MethodMiddleware(
        methods: BusinessRoutes.methods.merging(UserRoutes.methods) { $1 }.merging(AvatarRoutes.methods) { $1 }
          .merging(WebhookRoutes.methods) { $1 }
          .merging(ActivityRoutes.methods) { $1 }.merging(AgentRoutes.methods) { $1 }.merging(
            customer == nil ? [:] : DemoRoutes.methods
          ) { $1 }
          .merging(["/health": [.get], "/ready": [.get], DiskStore.path: [.post, .options]]) { $1 }))
    let rate = Double(configuration.requestsPerSecond)
    let gate = Gate(
      backend: backend,
      limiter: RateLimiter(RateLimit(perSecond: rate, burst: 2 * rate)),
      proxies: configuration.proxies, bodySeconds: configuration.idleSeconds,
      publicURL: configuration.publicURL)
    BusinessRoutes(gate: gate).add(to: router)
    ActivityRoutes(gate: gate).add(to: router)
    UserRoutes(gate: gate).add(to: router)
    AvatarRoutes(gate: gate, store: store).add(to: router)
    WebhookRoutes(gate: gate).add(to: router)
    AgentRoutes(gate: gate, sessions: configuration.realtime, local: agent).add(to: router)
    if let store = store as? DiskStore { ObjectRoutes(gate: gate, store: store).add(to: router) }
    router.get("health") { _, _ in Response.json(["status": "ok"]) }
    router.get("ready") { _, context in
      do {
        try await backend.read { try $0.ping() }
        return Response.json(["status": "ok"])
      } catch {
        context.logger.error("not ready", metadata: ["error": "\(error)"])
        throw Problem(.serviceUnavailable, "not_ready", "The database does not answer.", retryAfter: 5)
      }
    }
    if let customer { DemoRoutes(customer: customer, gate: gate).add(to: router) }
    site.add(to: router)
    return router
  }
}
