import NIOCore

/// What one side of a WebSocket says at a time (RFC 6455).
public enum WebSocketMessage: Sendable {
  case text(String)
  case binary(ByteBuffer)
}

/// Why a connection ends, as its close frame says (RFC 6455, section 7.4.1).
public enum WebSocketClosure: UInt16, Sendable {
  case normal = 1000
  case goingAway = 1001
  case badMessage = 1003
  case policy = 1008
  case tooLarge = 1009
  case failed = 1011
  case tryAgainLater = 1013
}
