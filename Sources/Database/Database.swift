import NIOPosix
import Synchronization

/// A database with its connections and the threads that wait for it. Nothing of it blocks the caller's thread.
public final class Database: Sendable {
  /// Where the data lie.
  public enum Location: Equatable, Sendable {
    /// A SQLite file: one machine.
    case file(String)
    /// A PostgreSQL server: any number of machines.
    case server(url: String)

    /// - Parameter url: `postgres://…` or `postgresql://…`, or the path of a file.
    public init(_ url: String) {
      self = url.hasPrefix("postgres://") || url.hasPrefix("postgresql://") ? .server(url: url) : .file(url)
    }
  }

  private let readers: Lane
  private let writers: Lane

  /// Opens the connections and brings the schema up to date.
  /// - Parameters:
  ///   - migrations: scripts in the order they were released; each runs once, ever.
  ///   - connections: how many read at a time; SQLite writes with one beside them, PostgreSQL with the same.
  public init(_ location: Location, migrations: [String], connections: Int = 4) throws {
    switch location {
    case .file(let path):
      writers = try Lane(count: 1) { try SQLiteConnection(path: path) }
      try Self.migrate(writers, migrations)
      readers = try Lane(count: connections) { try SQLiteConnection(path: path) }
    case .server(let url):
      writers = try Lane(count: connections) { try PostgresConnection(url: url) }
      try Self.migrate(writers, migrations)
      readers = writers
    }
  }

  private static func migrate(_ lane: Lane, _ migrations: [String]) throws {
    try lane.transaction(writing: true) { connection in
      try connection.lockForMigration()
      try connection.script("CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY)")
      let done = try connection.first("SELECT COUNT(*) FROM migration")!.count(0)
      guard done <= migrations.count else {
        throw DatabaseError(.other, "the database is of a newer version of this program")
      }
      for number in done..<migrations.count {
        try connection.script(migrations[number])
        try connection.query("INSERT INTO migration (number) VALUES ($1)", SQLValue(number))
      }
    }
  }

  /// One transaction that only looks.
  public func read<Answer: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Answer) async throws
    -> Answer
  {
    try await readers.run(writing: false, body)
  }

  /// One transaction that may change something: all of it is kept, or nothing when `body` throws. `body` runs again
  /// when another transaction was in the way.
  public func write<Answer: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> Answer) async throws
    -> Answer
  {
    try await writers.run(writing: true, body)
  }

  /// Ends the threads once everything under way is done.
  public func close() async {
    await readers.close()
    if writers !== readers { await writers.close() }
  }
}

/// Connections and as many threads: whoever runs on one of these finds a connection free.
private final class Lane: Sendable {
  private struct Idle: @unchecked Sendable {
    // A connection is in the list or with one thread, never both.
    var connections: [any SQLConnection]
  }

  private let idle: Mutex<Idle>
  private let threads: NIOThreadPool

  init(count: Int, open: () throws -> any SQLConnection) throws {
    var connections: [any SQLConnection] = []
    for _ in 0..<count { connections.append(try open()) }
    let first = Idle(connections: connections)
    idle = Mutex(first)
    threads = NIOThreadPool(numberOfThreads: count)
    threads.start()
  }

  func close() async { try? await threads.shutdownGracefully() }

  func run<Answer: Sendable>(
    writing: Bool, _ body: @escaping @Sendable (any SQLConnection) throws -> Answer
  ) async throws -> Answer {
    try await threads.runIfActive { try self.transaction(writing: writing, body) }
  }

  func transaction<Answer>(writing: Bool, _ body: (any SQLConnection) throws -> Answer) throws -> Answer {
    let connection = idle.withLock { Box($0.connections.removeLast()) }.connection
    let returned = Box(connection)
    defer { idle.withLock { $0.connections.append(returned.connection) } }
    var attempt = 1
    while true {
      do {
        try connection.begin(writing: writing)
        do {
          let answer = try body(connection)
          try connection.script("COMMIT")
          return answer
        } catch {
          try? connection.script("ROLLBACK")
          throw error
        }
      } catch let error as DatabaseError where error.kind == .conflict && attempt < 5 {
        attempt += 1
      }
    }
  }
}

private struct Box: @unchecked Sendable {
  let connection: any SQLConnection
  init(_ connection: any SQLConnection) { self.connection = connection }
}
