import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import ServiceLifecycle

/// A server that speaks WebSocket and nothing else: one call of `serve` a connection. It stops with the service group
/// that it runs in; connections that are open then are cancelled.
public struct WebSocketServer: Service {
  /// What a client may cost before and after it has said anything.
  public struct Limits: Sendable {
    /// Bytes of a message.
    public var messageBytes = 1 << 20
    /// Fragments of a message.
    public var fragments = 64
    public var connections = 64
    /// From the connection to the end of the handshake.
    public var handshakeSeconds: Int64 = 10

    public init() {}
  }

  let host: String
  let port: Int
  var limits: Limits
  /// Whether a page from this origin (`https://example.com`), asking for this `Host`, may connect; programs that are not
  /// browsers send no origin.
  let allows: @Sendable (_ origin: String?, _ host: String?) -> Bool
  let onStart: @Sendable (Int) -> Void
  let serve: @Sendable (WebSocketConnection) async -> Void

  public init(
    host: String, port: Int, limits: Limits = Limits(),
    allows: @escaping @Sendable (_ origin: String?, _ host: String?) -> Bool,
    onStart: @escaping @Sendable (Int) -> Void,
    serve: @escaping @Sendable (WebSocketConnection) async -> Void
  ) {
    self.host = host
    self.port = port
    self.limits = limits
    self.allows = allows
    self.onStart = onStart
    self.serve = serve
  }

  private typealias Upgraded = (head: HTTPRequestHead, channel: NIOAsyncChannel<WebSocketFrame, WebSocketFrame>)

  public func run() async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 64)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .bind(host: host, port: port) { channel in
        channel.eventLoop.makeCompletedFuture { try self.handshake(on: channel) }
      }
    onStart(listener.channel.localAddress?.port ?? port)
    do {
      try await cancelWhenGracefulShutdown {
        try await listener.executeThenClose { clients in
          try await withThrowingDiscardingTaskGroup { group in
            let open = Counter()
            for try await client in clients {
              group.addTask { await self.welcome(client, open) }
            }
            group.cancelAll()
          }
        }
      }
    } catch {
      // Being asked to stop is no failure.
      guard Task.isShuttingDownGracefully else { throw error }
    }
  }

  private func welcome(_ client: EventLoopFuture<Upgraded?>, _ open: Counter) async {
    guard let (head, channel) = try? await client.get() else { return }
    try? await channel.executeThenClose { inbound, outbound in
      let connection = WebSocketConnection(
        head: head, channel: channel.channel, inbound: inbound, outbound: outbound)
      guard allows(head.headers.first(name: "origin"), head.headers.first(name: "host")) else {
        await connection.close(.policy, "Pages of this origin may not connect.")
        return
      }
      guard await open.enter(limit: limits.connections) else {
        await connection.close(.tryAgainLater, "Too many connections; try again later.")
        return
      }
      await serve(connection)
      await open.leave()
      await connection.close(.goingAway, "")
    }
  }

  /// HTTP up to the upgrade, then frames. Who does not upgrade is told to and sent away.
  private func handshake(on channel: any Channel) throws -> EventLoopFuture<Upgraded?> {
    let upgrader = NIOTypedWebSocketServerUpgrader<Upgraded?>(
      maxFrameSize: limits.messageBytes,
      shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
      upgradePipelineHandler: { [limits] channel, head in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(
            NIOWebSocketFrameAggregator(
              minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: limits.fragments,
              maxAccumulatedFrameSize: limits.messageBytes))
          return (head, try NIOAsyncChannel(wrappingChannelSynchronously: channel))
        }
      })
    let configuration = NIOTypedHTTPServerUpgradeConfiguration<Upgraded?>(
      upgraders: [upgrader],
      notUpgradingCompletionHandler: { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(UpgradeRequired())
          return nil
        }
      })
    let deadline = channel.eventLoop.scheduleTask(in: .seconds(limits.handshakeSeconds)) { channel.close(promise: nil) }
    let upgraded = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(
      configuration: .init(upgradeConfiguration: configuration))
    upgraded.whenSuccess { if $0 != nil { deadline.cancel() } }
    upgraded.whenFailure { _ in channel.close(promise: nil) }
    channel.closeFuture.whenComplete { _ in deadline.cancel() }
    return upgraded
  }
}

/// How many are in.
private actor Counter {
  private var count = 0

  func enter(limit: Int) -> Bool {
    guard count < limit else { return false }
    count += 1
    return true
  }

  func leave() { count -= 1 }
}

/// Answers plain HTTP with 426 and closes.
private final class UpgradeRequired: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head = unwrapInboundIn(data) else { return }
    let text = ByteBuffer(string: "This address speaks WebSocket only.\n")
    let head = HTTPResponseHead(
      version: .http1_1, status: .upgradeRequired,
      headers: ["Upgrade": "websocket", "Connection": "close", "Content-Length": "\(text.readableBytes)"])
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(text))), promise: nil)
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
  }
}
