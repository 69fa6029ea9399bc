import Backend
import Database
import Foundation
import Objects

/// What the environment says about the service.
public struct ServiceConfiguration: Sendable {
  /// `DATABASE_URL`: `postgres://…`, or a file's path.
  public var database: Database.Location
  public var rules = Rules()
  /// `FLEXATAR_PROXIES`: addresses whose `X-Forwarded-For` is believed, separated by commas.
  public var proxies: Set<NetworkAddress> = []
  /// `OBJECTS_FOLDER`: where photos, avatars and films lie.
  public var objects: String
  /// `OBJECTS_URL`, a bucket instead of the folder, with `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and
  /// `AWS_SESSION_TOKEN`.
  public var bucket: (location: S3Location, credentials: S3Credentials)?
  /// `FLEXATAR_URL`: the service's address, `https://example.com`; where it is not said, what each client calls it.
  public var publicURL: String?
  /// `FLEXATAR_WORKERS`: jobs that one process works on at a time.
  public var workers = 2
  /// `FLEXATAR_WEBHOOKS=private`: webhooks may lead into private networks, and without TLS.
  public var allowsPrivateWebhooks = false
  /// `FLEXATAR_MAX_CONNECTIONS`.
  public var maxConnections = 4096
  /// `FLEXATAR_IDLE_SECONDS`: within so many a request's head has arrived, then its body; and so long a connection is
  /// kept between requests.
  public var idleSeconds = 30
  /// `FLEXATAR_RATE`: requests a second of one secret or token; twice as many at once.
  public var requestsPerSecond = 100

  /// `FLEXATAR_METRICS`: where `/metrics` is answered, `127.0.0.1:9464`; nowhere unless it is said.
  public var metricsAddress: (host: String, port: Int)?
  /// `OPENAI_API_KEY`, with `OPENAI_BASE_URL` and `OPENAI_REALTIME_MODEL` where they are others than OpenAI's own, and what
  /// `OPENAI_REALTIME_INSTRUCTIONS`, `_VOICE`, `_TRANSCRIPTION` and `_LANGUAGE` say of the agent: whose sessions
  /// `POST /agent/session` opens; none unless the key is said.
  public var realtime: RealtimeSessions?
  /// `FLEXATAR_LOG`: `json`, or `text`.
  public var logsJSON = false

  /// Why the environment will not do.
  public struct Failure: Error, Equatable, Sendable {
    public let sentence: String
  }

  /// - Parameters:
  ///   - environment: the variables by name.
  ///   - root: the folder whose `data/` holds the database unless `DATABASE_URL` says otherwise.
  /// - Throws: `Failure`, which names the variable.
  public init(_ environment: [String: String], root: String) throws(Failure) {
    database = Database.Location(environment["DATABASE_URL"] ?? root + "/data/flexatar.sqlite")
    objects = environment["OBJECTS_FOLDER"] ?? root + "/data/objects"
    if let text = environment["OBJECTS_URL"] {
      guard let location = S3Location(text) else {
        throw Failure(
          sentence: "OBJECTS_URL is s3://BUCKET?region=REGION, with &endpoint=https://HOST for a store of others")
      }
      guard let credentials = S3Credentials(environment) else {
        throw Failure(sentence: "OBJECTS_URL needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
      }
      bucket = (location, credentials)
    }
    if let text = environment["FLEXATAR_URL"] {
      guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host() != nil,
        url.path().isEmpty || url.path() == "/", url.query() == nil
      else { throw Failure(sentence: "FLEXATAR_URL is an address without a path, such as https://example.com") }
      publicURL = text.hasSuffix("/") ? String(text.dropLast()) : text
    }
    func number(_ name: String, _ range: ClosedRange<Int>) throws(Failure) -> Int? {
      guard let text = environment[name] else { return nil }
      guard let number = Int(text), range.contains(number) else {
        throw Failure(sentence: "\(name) is a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
    if let cents = try number("FLEXATAR_SUBSCRIPTION_CENTS", 0...100_000_000) { rules.subscriptionCents = cents }
    if let cents = try number("FLEXATAR_SESSION_CENTS", 0...100_000_000) { rules.sessionCents = cents }
    if let count = try number("FLEXATAR_SESSIONS", 0...1_000_000) { rules.sessionsPerSubscription = count }
    if let count = try number("FLEXATAR_CREATIONS", 0...1_000_000) { rules.creationsPerSubscription = count }
    if let cents = try number("FLEXATAR_CREATION_CENTS", 0...100_000_000) { rules.creationCents = cents }
    if let cents = try number("FLEXATAR_RENDER_CENTS", 0...100_000_000) { rules.renderCents = cents }
    if let count = try number("FLEXATAR_WORKERS", 1...256) { workers = count }
    if let count = try number("FLEXATAR_MAX_CONNECTIONS", 1...1_000_000) { maxConnections = count }
    if let count = try number("FLEXATAR_IDLE_SECONDS", 1...3600) { idleSeconds = count }
    if let count = try number("FLEXATAR_RATE", 1...1_000_000) { requestsPerSecond = count }
    switch environment["FLEXATAR_WEBHOOKS"] {
    case nil, "public": break
    case "private": allowsPrivateWebhooks = true
    default: throw Failure(sentence: "FLEXATAR_WEBHOOKS is public or private")
    }
    if let text = environment["FLEXATAR_METRICS"], !text.isEmpty {
      guard let colon = text.lastIndex(of: ":"), colon > text.startIndex,
        let port = Int(text[text.index(after: colon)...]),
        1...65535 ~= port
      else { throw Failure(sentence: "FLEXATAR_METRICS is an address and a port, such as 127.0.0.1:9464") }
      metricsAddress = (String(text[..<colon]), port)
    }
    if let key = environment["OPENAI_API_KEY"], !key.isEmpty {
      let base = environment["OPENAI_BASE_URL"] ?? "https://api.openai.com/v1"
      guard let url = URL(string: base), ["http", "https"].contains(url.scheme), url.host() != nil else {
        throw Failure(sentence: "OPENAI_BASE_URL is an address such as https://api.openai.com/v1")
      }
      var agent = RealtimeSessions.Agent()
      func said(_ name: String) -> String? { environment["OPENAI_REALTIME_" + name].flatMap { $0.isEmpty ? nil : $0 } }
      agent.model = said("MODEL") ?? agent.model
      agent.instructions = said("INSTRUCTIONS")
      agent.voice = said("VOICE")
      agent.transcriptionModel = said("TRANSCRIPTION") ?? agent.transcriptionModel
      if agent.transcriptionModel == "none" { agent.transcriptionModel = nil }
      agent.language = said("LANGUAGE")
      realtime = RealtimeSessions(key: key, base: base, agent: agent)
    }
    if let text = environment["FLEXATAR_LOG"] {
      guard ["json", "text"].contains(text) else { throw Failure(sentence: "FLEXATAR_LOG is json or text") }
      logsJSON = text == "json"
    }
    if let currency = environment["FLEXATAR_CURRENCY"] {
      guard currency.count == 3, currency.utf8.allSatisfy({ 65...90 ~= $0 }) else {
        throw Failure(sentence: "FLEXATAR_CURRENCY is three capital letters")
      }
      rules.currency = currency
    }
    if let name = environment["FLEXATAR_TIME_ZONE"] {
      guard let zone = TimeZone(identifier: name) else {
        throw Failure(sentence: "FLEXATAR_TIME_ZONE is a time zone such as Europe/Berlin")
      }
      rules.timeZone = zone
    }
    for text in (environment["FLEXATAR_PROXIES"] ?? "").split(separator: ",") {
      guard let address = NetworkAddress(text.trimmingCharacters(in: .whitespaces)) else {
        throw Failure(sentence: "FLEXATAR_PROXIES is a list of addresses, separated by commas")
      }
      proxies.insert(address)
    }
  }

  /// `NAME=value` lines of a `.env` file; empty lines and those that begin with # are passed over, quotes around a
  /// value are taken away. Variables that are set already win.
  public static func merging(_ file: String, into environment: [String: String]) -> [String: String] {
    var merged = environment
    for line in file.split(whereSeparator: \.isNewline) {
      let line = line.trimmingCharacters(in: .whitespaces)
      guard !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") else { continue }
      let name = line[..<sign].trimmingCharacters(in: .whitespaces)
      var value = line[line.index(after: sign)...].trimmingCharacters(in: .whitespaces)
      for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
        value = String(value.dropFirst().dropLast())
        break
      }
      if merged[name] == nil { merged[name] = value }
    }
    return merged
  }
}
