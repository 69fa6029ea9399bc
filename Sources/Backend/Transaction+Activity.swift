import Database
import Foundation

/// What a customer sees of its account's last weeks.
extension Transaction {
  public struct LedgerEntry: Equatable, Sendable {
    public let id: String
    /// Added, or taken (negative).
    public let cents: Int
    public let kind: String
    /// The subscription, session or job, or the operator's reference of a payment.
    public let subject: String?
    public let createdAt: Date
  }

  /// A day by the rules' time zone.
  public struct DayOfActivity: Equatable, Sendable {
    public let day: String
    public let sessions: Int
    /// What was charged, less what was given back.
    public let spentCents: Int
  }

  public struct Activity: Sendable {
    /// The newest first.
    public let ledger: [LedgerEntry]
    /// The oldest first; the last one is today.
    public let days: [DayOfActivity]
    /// The newest first, failed and deleted ones too.
    public let jobs: [Job]
  }

  /// - Parameters:
  ///   - count: how many entries and jobs at most.
  ///   - days: how many days, today included.
  public func activity(of account: Account, latest count: Int = 50, days: Int = 30) throws -> Activity {
    let ledger = try sql.query(
      """
      SELECT id, cents, kind, subject, created_at FROM ledger_entry WHERE account_id = $1
      ORDER BY created_at DESC, id DESC LIMIT $2
      """, .text(account.id), SQLValue(count)
    ).map {
      LedgerEntry(id: $0[0], cents: $0.count(1), kind: $0[2], subject: $0.text(3), createdAt: $0.moment(4)!)
    }
    let jobs = try sql.query(
      "SELECT \(Job.columns) FROM job WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2",
      .text(account.id), SQLValue(count)
    ).map(Job.init)
    return Activity(ledger: ledger, days: try self.days(days, of: account), jobs: jobs)
  }

  private func days(_ count: Int, of account: Account) throws -> [DayOfActivity] {
    let begins = rules.beginsOfDays(count, until: now)
    let sessions = try sql.query(
      """
      SELECT day, COUNT(*) FROM session JOIN subscription ON subscription.id = subscription_id
      WHERE account_id = $1 AND day >= $2 GROUP BY day
      """, .text(account.id), .text(rules.day(of: begins[0])))
    let sessionsByDay = Dictionary(uniqueKeysWithValues: sessions.map { ($0[0], $0.count(1)) })
    return try begins.indices.map { index in
      let end = index + 1 < begins.count ? Self.milliseconds(begins[index + 1]) : Int64.max
      let spent = try sql.first(
        """
        SELECT COALESCE(SUM(-cents), 0) FROM ledger_entry
        WHERE account_id = $1 AND kind <> 'credit' AND created_at >= $2 AND created_at < $3
        """, .text(account.id), .integer(Self.milliseconds(begins[index])), .integer(end))!
      let day = rules.day(of: begins[index])
      return DayOfActivity(day: day, sessions: sessionsByDay[day] ?? 0, spentCents: spent.count(0))
    }
  }
}

/// What an operator sees of all accounts together.
extension Transaction {
  public struct Totals: Sendable {
    /// By kind of entry, how many and their sum.
    public let ledger: [(kind: String, entries: Int, cents: Int)]
    /// How many of each kind and state.
    public let jobs: [(kind: String, state: String, count: Int)]
  }

  /// Reads the whole ledger: for a look a minute, not for a request.
  public func totals() throws -> Totals {
    Totals(
      ledger: try sql.query("SELECT kind, COUNT(*), SUM(cents) FROM ledger_entry GROUP BY kind ORDER BY kind").map {
        ($0[0], $0.count(1), $0.count(2))
      },
      jobs: try sql.query("SELECT kind, state, COUNT(*) FROM job GROUP BY kind, state ORDER BY kind, state").map {
        ($0[0], $0[1], $0.count(2))
      })
  }
}

extension Rules {
  /// When the last `count` days began, the day of `moment` included; the oldest first.
  func beginsOfDays(_ count: Int, until moment: Date) -> [Date] {
    let calendar = Self.calendar(timeZone)
    let today = calendar.startOfDay(for: moment)
    return (0..<count).reversed().map {
      calendar.startOfDay(for: calendar.date(byAdding: .day, value: -$0, to: today)!)
    }
  }
}
