import NIOCore
import NIOHTTP1
import NIOWebSocket

/// One client: messages in, in order, and messages out. Pings are answered, fragments are put together.
public struct WebSocketConnection: Sendable {
  /// Path and query that the client asked for.
  public let target: String
  /// The client's address; a proxy's, where there is one.
  public let address: String
  /// What proxies say of where the client is, `X-Forwarded-For`.
  public let forwardedFor: [String]
  private let inbound: NIOAsyncChannelInboundStream<WebSocketFrame>
  private let outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
  private let channel: any Channel

  init(
    head: HTTPRequestHead, channel: any Channel, inbound: NIOAsyncChannelInboundStream<WebSocketFrame>,
    outbound: NIOAsyncChannelOutboundWriter<WebSocketFrame>
  ) {
    target = head.uri
    address = channel.remoteAddress?.ipAddress ?? ""
    forwardedFor = head.headers["X-Forwarded-For"]
    self.channel = channel
    self.inbound = inbound
    self.outbound = outbound
  }

  /// Calls `body` with every message until the client leaves, the task is cancelled or `body` answers false. While `body`
  /// runs nothing more is read than fits into the system's buffers. May be called once.
  public func read(_ body: (WebSocketMessage) async throws -> Bool) async throws {
    for try await frame in inbound {
      switch frame.opcode {
      case .text:
        let data = frame.unmaskedData
        guard let text = String(validating: data.readableBytesView, as: UTF8.self) else {
          await close(.badMessage, "A text message is not UTF-8.")
          return
        }
        guard try await body(.text(text)) else { return }
      case .binary:
        guard try await body(.binary(frame.unmaskedData)) else { return }
      case .ping:
        try await outbound.write(WebSocketFrame(fin: true, opcode: .pong, data: frame.unmaskedData))
      case .connectionClose:
        await close(.normal, "")
        return
      default: break
      }
    }
  }

  /// Waits while the client is slower than the sender.
  public func send(_ message: WebSocketMessage) async throws {
    switch message {
    case .text(let text):
      try await outbound.write(WebSocketFrame(fin: true, opcode: .text, data: ByteBuffer(string: text)))
    case .binary(let bytes): try await outbound.write(WebSocketFrame(fin: true, opcode: .binary, data: bytes))
    }
  }

  /// Says why and ends the connection; later calls do nothing.
  /// - Parameter reason: at most 120 bytes of it are sent.
  public func close(_ closure: WebSocketClosure, _ reason: String) async {
    var data = ByteBuffer()
    data.writeInteger(closure.rawValue)
    data.writeString(String(decoding: reason.utf8.prefix(120), as: UTF8.self))
    try? await outbound.write(WebSocketFrame(fin: true, opcode: .connectionClose, data: data))
    outbound.finish()
  }

  /// Ends the connection at once, without a word: for a client that takes nothing any more.
  public func abort() { channel.close(promise: nil) }
}
