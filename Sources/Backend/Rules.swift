import Foundation

/// What things cost and how long they last. Money is in cents of `currency`.
public struct Rules: Equatable, Sendable {
  /// ISO 4217.
  public var currency = "EUR"
  /// One purchase: a month for one user.
  public var subscriptionCents = 1000
  /// A session that no subscription covers.
  public var sessionCents = 10
  public var sessionsPerSubscription = 100
  /// Avatars that one purchase creates.
  public var creationsPerSubscription = 20
  /// An avatar that no subscription covers: of a customer's own, for no user.
  public var creationCents = 50
  /// A film.
  public var renderCents = 50
  /// Jobs of one subscription, and of one account, that may be under way at a time.
  public var jobsPerSubscription = 3
  public var jobsPerAccount = 100
  /// How long a form for an upload is good for.
  public var uploadSeconds = 900
  /// How long a worker that does not say that it lives keeps a job.
  public var leaseSeconds = 60
  /// How often a job is begun before it counts as failed.
  public var attemptsPerJob = 3
  /// How long after each try that failed a webhook's message is sent again; after the last it is given up.
  public var webhookDelaySeconds = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400]
  /// How long messages that are over can be looked up.
  public var webhookKeptDays = 30
  /// By which days and months begin.
  public var timeZone = TimeZone.gmt
  /// How long a user token lasts.
  public var tokenSeconds = 900
  /// How long a request is remembered by its `Idempotency-Key`.
  public var idempotencySeconds = 86_400

  public init() {}

  /// When a subscription bought at `moment` ends: at the same time of the same day of the next month where days begin
  /// by `timeZone`, or of that month's last day where it is shorter.
  func monthAfter(_ moment: Date) -> Date { Self.calendar(timeZone).date(byAdding: .month, value: 1, to: moment)! }

  /// When the month of `moment` began, by `timeZone`.
  func beginOfMonth(_ moment: Date) -> Date {
    let calendar = Self.calendar(timeZone)
    return calendar.date(from: calendar.dateComponents([.year, .month], from: moment))!
  }

  static func calendar(_ zone: TimeZone) -> Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    return calendar
  }

  /// The day of `moment` in the rules' time zone, `2026-11-27`.
  func day(of moment: Date) -> String {
    let parts = Self.calendar(timeZone).dateComponents([.year, .month, .day], from: moment)
    func digits(_ number: Int?, _ count: Int) -> String {
      let text = String(number!)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return "\(digits(parts.year, 4))-\(digits(parts.month, 2))-\(digits(parts.day, 2))"
  }
}
