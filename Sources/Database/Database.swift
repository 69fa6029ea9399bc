import NIOPosix
import Synchronization

/// A database with its connections and the threads that wait for it. Only `glance` runs on the caller's thread.
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
  /// For short looks into a file, by whoever asks.
  private let glances: Connections?

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
      glances = try Connections(count: connections) { try SQLiteConnection(path: path) }
    case .server(let url):
      writers = try Lane(count: connections) { try PostgresConnection(url: url) }
      try Self.migrate(writers, migrations)
      readers = writers
      glances = nil
    }
  }

  private static func migrate(_ lane: Lane, _ migrations: [String]) throws {
    try lane.transaction(writing: true) { sql in
      try sql.lockForMigration()
      try sql.script("CREATE TABLE IF NOT EXISTS migration (number BIGINT PRIMARY KEY)")
      let done = try sql.first("SELECT COUNT(*) FROM migration")!.count(0)
      guard done <= migrations.count else {
        throw DatabaseError(.other, "the database is of a newer version of this program")
      }
      for number in done..<migrations.count {
        try sql.script(migrations[number])
        try sql.query("INSERT INTO migration (number) VALUES ($1)", SQLValue(number))
      }
    }
  }

  /// One transaction that only looks.
  public func read<Answer: Sendable>(_ body: @escaping @Sendable (any SQLTransaction) throws -> Answer) async throws
    -> Answer
  {
    try await readers.run(writing: false, body)
  }

  /// For one statement that finds a few rows by their keys. A file is looked into at once, on the caller's thread: that
  /// takes less time than waking another one.
  public func glance<Answer: Sendable>(_ body: @escaping @Sendable (any SQLTransaction) throws -> Answer) async throws
    -> Answer
  {
    if let answer = try glances?.withFree({ try $0.look(body) }) { return answer }
    return try await read(body)
  }

  /// One transaction that may change something: all of it is kept, or nothing when `body` throws. `body` runs again
  /// when another transaction was in the way.
  public func write<Answer: Sendable>(_ body: @escaping @Sendable (any SQLTransaction) throws -> Answer) async throws
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

/// Connections that are with nobody, to be taken and brought back.
private final class Connections: Sendable {
  private struct Idle: @unchecked Sendable {
    // A connection is in the list or with one thread, never both.
    var connections: [any SQLConnection]
  }

  private let idle: Mutex<Idle>

  init(count: Int, open: () throws -> any SQLConnection) throws {
    var connections: [any SQLConnection] = []
    for _ in 0..<count { connections.append(try open()) }
    let first = Idle(connections: connections)
    idle = Mutex(first)
  }

  /// - Returns: nil where every connection is with somebody.
  func withFree<Answer>(_ body: (any SQLConnection) throws -> Answer) throws -> Answer? {
    guard let connection = idle.withLock({ $0.connections.popLast().map(Box.init) })?.connection else { return nil }
    let returned = Box(connection)
    defer { idle.withLock { $0.connections.append(returned.connection) } }
    var attempt = 1
    while true {
      do {
        return try body(connection)
      } catch let error as DatabaseError where error.kind == .conflict && attempt < 5 {
        attempt += 1
      }
    }
  }
}

/// Connections and as many threads: whoever runs on one of these finds a connection free.
private final class Lane: Sendable {
  private let connections: Connections
  private let threads: NIOThreadPool

  init(count: Int, open: () throws -> any SQLConnection) throws {
    connections = try Connections(count: count, open: open)
    threads = NIOThreadPool(numberOfThreads: count)
    threads.start()
  }

  func close() async { try? await threads.shutdownGracefully() }

  func run<Answer: Sendable>(
    writing: Bool, _ body: @escaping @Sendable (any SQLTransaction) throws -> Answer
  ) async throws -> Answer {
    try await threads.runIfActive { try self.transaction(writing: writing, body) }
  }

  func transaction<Answer>(writing: Bool, _ body: (any SQLTransaction) throws -> Answer) throws -> Answer {
    try connections.withFree { try $0.transaction(writing: writing, body) }!
  }
}

private struct Box: @unchecked Sendable {
  let connection: any SQLConnection
  init(_ connection: any SQLConnection) { self.connection = connection }
}
