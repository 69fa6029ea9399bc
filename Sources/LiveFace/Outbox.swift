import Foundation
import Sockets

/// Messages from the thread that makes them to the task that sends them. The thread waits while the client is behind.
final class Outbox: @unchecked Sendable {
  private let condition = NSCondition()
  private let continuation: AsyncStream<WebSocketMessage>.Continuation
  /// For the task.
  let messages: AsyncStream<WebSocketMessage>
  private var waiting = 0
  private var isClosed = false

  init() {
    (messages, continuation) = AsyncStream.makeStream(of: WebSocketMessage.self)
  }

  /// From anywhere, without waiting: words, which are few and small.
  func say(_ text: String) {
    condition.withLock { if !isClosed { continuation.yield(.text(text)) } }
  }

  /// Waits for at most `seconds` until fewer than `limit` frames are on their way.
  /// - Returns: false where the client has gone or takes nothing any more.
  func waitForRoom(limit: Int, seconds: Double) -> Bool {
    condition.lock()
    defer { condition.unlock() }
    let deadline = Date(timeIntervalSinceNow: seconds)
    while waiting >= limit && !isClosed {
      guard condition.wait(until: deadline) else { return false }
    }
    return !isClosed
  }

  /// A frame, without waiting.
  func put(_ frame: WebSocketMessage) {
    condition.withLock {
      guard !isClosed else { return }
      waiting += 1
      continuation.yield(frame)
    }
  }

  /// The task has sent a frame.
  func sent() {
    condition.withLock {
      waiting -= 1
      condition.broadcast()
    }
  }

  /// What is in it is still sent.
  func close() {
    condition.withLock {
      isClosed = true
      continuation.finish()
      condition.broadcast()
    }
  }
}
