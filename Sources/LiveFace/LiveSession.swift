import Foundation
import NIOCore
import Sockets
import Workshop

/// One client of the avatar worker, from its hello to its end.
struct LiveSession: Sendable {
  /// Within so many seconds of the connection the client has said hello.
  private static let helloSeconds = 10
  /// So long the last words may take to go out, seconds.
  private static let farewellSeconds = 2

  let connection: WebSocketConnection
  let files: DataFiles
  /// The bytes of an avatar by its name.
  let avatar: @Sendable (String) throws(LiveRefusal) -> [UInt8]

  /// Serves the client until it leaves, breaks a rule or the task is cancelled; nothing of it is left then.
  func run() async {
    let outbox = Outbox()
    let (outcomes, outcome) = AsyncStream.makeStream(of: LiveRefusal?.self)
    let hearing = Hearing(files: files, avatar: avatar, outbox: outbox) { outcome.yield($0) }
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for await message in outbox.messages {
          guard (try? await connection.send(message)) != nil else { break }
          if case .binary = message { outbox.sent() }
        }
        outbox.close()
        outcome.yield(nil)
        outcome.finish()
      }
      group.addTask {
        do {
          try await connection.read { try await hearing.hear($0) }
          outcome.yield(nil)
        } catch {
          outcome.yield(error as? LiveRefusal)
        }
      }
      group.addTask {
        try? await Task.sleep(for: .seconds(Self.helloSeconds))
        if await !hearing.hasBegun {
          outcome.yield(LiveRefusal(code: "no-hello", message: "The first message, a hello, did not come."))
        }
      }
      var ends = outcomes.makeAsyncIterator()
      let refusal = await ends.next() ?? nil
      await hearing.end()
      if let refusal { outbox.say(refusal.text) }
      outbox.close()
      let farewell = Task {
        try await Task.sleep(for: .seconds(Self.farewellSeconds))
        connection.abort()
      }
      if refusal?.code == "too-slow" { connection.abort() }
      // Until what was said has been sent.
      while await ends.next() != nil {}
      farewell.cancel()
      if let refusal { await connection.close(.policy, refusal.code) }
      group.cancelAll()
    }
  }
}

/// What a client's messages do.
private actor Hearing {
  private let files: DataFiles
  private let avatar: @Sendable (String) throws(LiveRefusal) -> [UInt8]
  private let outbox: Outbox
  private let failed: @Sendable (LiveRefusal?) -> Void
  private var stage: LiveStage?
  private var thread: Task<Void, Never>?
  /// Whether a hello has come.
  var hasBegun: Bool { stage != nil }

  init(
    files: DataFiles, avatar: @escaping @Sendable (String) throws(LiveRefusal) -> [UInt8], outbox: Outbox,
    failed: @escaping @Sendable (LiveRefusal?) -> Void
  ) {
    (self.files, self.avatar, self.outbox, self.failed) = (files, avatar, outbox, failed)
  }

  func hear(_ message: WebSocketMessage) async throws -> Bool {
    switch message {
    case .binary(let bytes):
      guard let stage else { throw LiveRefusal(code: "no-hello", message: "Say hello before you send sound.") }
      try stage.push(try Self.samples(bytes))
    case .text(let text):
      switch try LiveMessage(text) {
      case .hello(let wish): try await begin(wish)
      case .segmentEnd: try begun.endSegment()
      case .clearBuffer: try begun.clear()
      case .emotion(let emotions): try begun.set(emotions)
      }
    }
    return true
  }

  /// Stops the face and waits until its thread has gone.
  func end() async {
    stage?.stop()
    await thread?.value
  }

  private var begun: LiveStage {
    get throws(LiveRefusal) {
      guard let stage else { throw LiveRefusal(code: "no-hello", message: "The first message is a hello.") }
      return stage
    }
  }

  private func begin(_ wish: LiveWish) async throws {
    guard stage == nil else { throw LiveRefusal(code: "bad-message", message: "There is one hello a connection.") }
    let stage = LiveStage(wish, avatar: try avatar(wish.avatar), files: files, outbox: outbox)
    self.stage = stage
    let (over, end) = AsyncStream.makeStream(of: Void.self)
    let (starts, start) = AsyncStream.makeStream(of: Void.self)
    thread = Task { for await _ in over {} }
    stage.start(ready: { start.finish() }) { [failed] refusal in
      start.finish()
      end.finish()
      failed(refusal)
    }
    // Sound is read once there is somebody to hear it.
    for await _ in starts {}
  }

  private static func samples(_ bytes: ByteBuffer) throws(LiveRefusal) -> [Int16] {
    guard bytes.readableBytes % 2 == 0 else {
      throw LiveRefusal(code: "bad-sound", message: "Sound is int16, little-endian: an even number of bytes.")
    }
    return bytes.withUnsafeReadableBytes { bytes in
      (0..<bytes.count / 2).map { Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2 * $0, as: Int16.self)) }
    }
  }
}

extension LiveRefusal {
  /// As it is sent.
  var text: String {
    let members = ["type": "error", "code": code, "message": message]
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings cannot fail.
    return String(decoding: try! encoder.encode(members), as: UTF8.self)
  }
}
