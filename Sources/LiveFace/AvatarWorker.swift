import Avatar
import Photo
import ServiceLifecycle
import Sockets
import Synchronization
import Workshop

/// Gives voices a face where there is no browser: PCM in, pictures and synchronised PCM out, over WebSocket
/// (docs/agents.md). A service: it stops with its group, and its sessions with it.
public struct AvatarWorker: Service {
  private let server: WebSocketServer

  /// - Parameters:
  ///   - avatars: the folder of `NAME.ftar` files that clients may ask for; nil: only the default one.
  ///   - sessions: faces at a time; each takes most of a core.
  ///   - onStart: called with the port.
  public init(
    host: String, port: Int, sessions: Int, avatars: String?, files: DataFiles,
    onStart: @escaping @Sendable (Int) -> Void
  ) {
    let places = Places(sessions)
    var limits = WebSocketServer.Limits()
    // Some more are told that there is no place.
    limits.connections = sessions + 16
    server = WebSocketServer(
      // Pages have no business here: an agent's server does.
      host: host, port: port, limits: limits, allows: { origin, _ in origin == nil }, onStart: onStart
    ) { connection in
      guard await places.take() else {
        let refusal = LiveRefusal(code: "busy", message: "All \(sessions) sessions are taken; try again later.")
        try? await connection.send(.text(refusal.text))
        await connection.close(.tryAgainLater, refusal.code)
        return
      }
      await LiveSession(connection: connection, files: files) { name throws(LiveRefusal) in
        try Self.avatar(name, folder: avatars, files: files)
      }.run()
      places.giveBack()
    }
  }

  public func run() async throws { try await server.run() }

  private static func avatar(_ name: String, folder: String?, files: DataFiles) throws(LiveRefusal) -> [UInt8] {
    var paths = folder.map { ["\($0)/\(name).ftar"] } ?? []
    if name == "default" { paths.append(files.root + "/dist/files/default.ftar") }
    for path in paths {
      if let bytes = try? FileBytes.read(path, limit: AvatarFile.maximumBytes) { return bytes }
    }
    throw LiveRefusal(code: "no-avatar", message: "There is no avatar of that name here.")
  }
}

private final class Places: Sendable {
  /// So long a client waits for a place: one that connects anew finds its old session just ending. Steps of 50 ms.
  private static let patience = 20

  private let free: Mutex<Int>

  init(_ count: Int) { free = Mutex(count) }

  /// - Returns: false where there is no place.
  func take() async -> Bool {
    for _ in 0..<Self.patience {
      if tryToTake() { return true }
      try? await Task.sleep(for: .milliseconds(50))
    }
    return tryToTake()
  }

  private func tryToTake() -> Bool {
    free.withLock { free in
      guard free > 0 else { return false }
      free -= 1
      return true
    }
  }

  func giveBack() { free.withLock { $0 += 1 } }
}
