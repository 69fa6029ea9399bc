import Foundation
import Logging

/// Log lines as JSON objects on standard error, one a line: time, level, message, and the metadata by their names.
public struct JSONLogHandler: LogHandler {
  public var metadata: Logger.Metadata = [:]
  public var logLevel = Logger.Level.info

  public init() {}

  /// Makes it the handler of every logger of this process; once, before there is one.
  public static func bootstrap() { LoggingSystem.bootstrap { _ in JSONLogHandler() } }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    let text = Self.line(at: Date(), event.level, "\(event.message)", metadata.merging(event.metadata ?? [:]) { $1 })
    FileHandle.standardError.write(Data((text + "\n").utf8))
  }

  /// The object of one line; time in UTC to the second.
  public static func line(
    at moment: Date, _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata
  ) -> String {
    // The line's own members win.
    JSONText.encode(
      metadata.mapValues { "\($0)" }.merging(
        ["time": moment.ISO8601Format(), "level": level.rawValue, "message": message]
      ) { $1 })
  }
}
