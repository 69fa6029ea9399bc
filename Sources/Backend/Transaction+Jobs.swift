import Database
import Foundation
import Objects

/// Why a job failed.
public struct JobFailure: Error, Equatable, Codable, Sendable {
  /// What is at fault, for programs: `bad_photo`, `bad_sound`, `bad_background`, `bad_avatar`, `bad_subtitles`,
  /// `bad_phones`, `bad_dialogue`, `limits`, `upload_missing`, `deleted`, `internal`.
  public let error: String
  /// More closely, where there is more: why the photo will not do.
  public let code: String
  /// For people.
  public let message: String

  public init(_ error: String, code: String? = nil, _ message: String) {
    (self.error, self.code, self.message) = (error, code ?? error, message)
  }

  static let deleted = JobFailure("deleted", "It was deleted.")
}

/// The queue: jobs are leased by workers, which say that they live; what a dead one held goes back.
extension Transaction {
  /// Whether a job still waits for the file of this id.
  public func isWaiting(_ id: String) throws -> Bool {
    try sql.first(
      "SELECT 1 FROM job WHERE id = $1 AND state = 'waiting' AND created_at > $2", .text(id), oldestForm) != nil
  }

  /// Which of these objects nobody will ask for: their job is unknown, has failed, was deleted or, as for an upload, is
  /// done with it. A form that is used a second time leaves one, and a worker that comes too late.
  public func orphans(among keys: [ObjectKey]) throws -> [ObjectKey] {
    try keys.filter { key in
      let id = key.text.split(separator: "/")[1].split(separator: ".")[0]
      guard let job = try self.job(String(id)), job.deletedAt == nil, job.keys.contains(key) else { return true }
      switch job.state {
      case .waiting, .queued, .running: return false
      case .done: return job.sourceKeys.contains(key)
      case .failed: return true
      }
    }
  }

  /// The upload is there: the job can be worked on. False where it no longer waits.
  public func enqueue(_ id: String) throws -> Bool {
    try sql.first(
      """
      UPDATE job SET state = 'queued', queued_at = $2 WHERE id = $1 AND state = 'waiting' AND deleted_at IS NULL
      RETURNING id
      """, .text(id), milliseconds) != nil
  }

  /// Whether the file that was uploaded for a job is of use: the job waits for it, or is to be made from it.
  public func wantsUpload(_ id: String) throws -> Bool {
    try sql.first(
      "SELECT 1 FROM job WHERE id = $1 AND state IN ('waiting', 'queued', 'running') AND deleted_at IS NULL", .text(id))
      != nil
  }

  /// Whether nothing will come of a job: it has failed, as one whose file came too late, or was deleted.
  public func isGivenUp(_ id: String) throws -> Bool {
    try sql.first("SELECT 1 FROM job WHERE id = $1 AND state <> 'failed' AND deleted_at IS NULL", .text(id)) == nil
  }

  /// Whether there is something to do.
  public func hasQueuedJobs() throws -> Bool {
    try sql.first("SELECT 1 FROM job WHERE state = 'queued' LIMIT 1") != nil
  }

  /// Takes the job that has waited longest, if there is one, for `rules.leaseSeconds`.
  /// - Parameter owner: the worker's name.
  public func lease(to owner: String) throws -> Job? {
    try sql.first(
      """
      UPDATE job SET state = 'running', owner = $1, lease_until = $2, attempt = attempt + 1
      WHERE id = (SELECT id FROM job WHERE state = 'queued' ORDER BY queued_at, id LIMIT 1
        \(type(of: sql).skippingLocked))
      RETURNING \(Job.columns)
      """, .text(owner), leaseEnd
    ).map(Job.init)
  }

  /// Says that the worker lives. False: the job is no longer its own.
  public func renew(_ job: Job, owner: String) throws -> Bool {
    try sql.first(
      """
      UPDATE job SET lease_until = $3 WHERE id = $1 AND owner = $2 AND attempt = $4 AND state = 'running' RETURNING id
      """, .text(job.id), .text(owner), leaseEnd, SQLValue(job.attempt)) != nil
  }

  /// Ends a job well or badly, unless it is no longer the worker's: then what was made is of no use to anybody, and
  /// nothing changes. False in that case.
  public func finish(_ job: Job, owner: String, _ result: Result<String, JobFailure>) throws -> Bool {
    guard
      let row = try sql.first(
        """
        UPDATE job SET lease_until = NULL WHERE id = $1 AND owner = $2 AND attempt = $3 AND state = 'running'
        RETURNING \(Job.columns)
        """, .text(job.id), .text(owner), SQLValue(job.attempt))
    else {
      // What was made came too late, and the files of a job that is gone would stay for ever.
      if let job = try self.job(job.id), job.deletedAt != nil || job.state == .failed { try doom(job.resultKeys) }
      return false
    }
    let job = try Job(row)
    switch result {
    case .success(let answer):
      try sql.query(
        "UPDATE job SET state = 'done', answer = $2, finished_at = $3 WHERE id = $1", .text(job.id), .text(answer),
        milliseconds)
      try doom(job.sourceKeys)
      try announce(job)
      // Deleted while it was being made.
      if job.deletedAt != nil { try doom(job.resultKeys) }
    case .failure(let failure): try fail(job, failure)
    }
    return true
  }

  /// Gives back a job that the worker cannot go on with, to be tried again, by another perhaps.
  /// - Parameter isUntried: the try does not count: the worker was stopped.
  public func giveBack(_ job: Job, owner: String, isUntried: Bool) throws {
    let row = try sql.first(
      """
      UPDATE job SET attempt = $4 WHERE id = $1 AND owner = $2 AND attempt = $3 AND state = 'running'
      RETURNING \(Job.columns)
      """, .text(job.id), .text(owner), SQLValue(job.attempt), SQLValue(job.attempt - (isUntried ? 1 : 0)))
    if let row { try tryAgain(try Job(row)) }
  }

  /// Puts back what dead workers held and ends what waits for an upload whose form is over.
  /// - Parameter isDead: of the owners of running jobs, which are known to be dead before their lease ends.
  public func sweepJobs(isDead: (String) -> Bool = { _ in false }) throws {
    let running = try sql.query(
      """
      SELECT \(Job.columns), owner, lease_until FROM job WHERE state = 'running' \(type(of: sql).skippingLocked)
      """)
    for row in running {
      let job = try Job(row)
      let held = row.dropping(15)
      if (held.moment(1) ?? .distantPast) <= now || isDead(held[0]) { try tryAgain(job) }
    }
    try expireWaitingJobs(of: nil)
  }

  private func tryAgain(_ job: Job) throws {
    if job.deletedAt != nil {
      try fail(job, .deleted)
    } else if job.attempt >= rules.attemptsPerJob {
      try fail(job, JobFailure("internal", "The work broke off several times."))
    } else {
      try sql.query("UPDATE job SET state = 'queued', owner = NULL, lease_until = NULL WHERE id = $1", .text(job.id))
    }
  }

  /// Jobs whose upload never came have failed.
  func expireWaitingJobs(of account: Account?) throws {
    let rows = try sql.query(
      """
      SELECT \(Job.columns) FROM job WHERE state = 'waiting' AND created_at <= $1 AND ($2 = '' OR account_id = $2)
      \(type(of: sql).skippingLocked)
      """, oldestForm, .text(account?.id ?? ""))
    for row in rows {
      try fail(try Job(row), JobFailure("upload_missing", "The upload did not come in time."))
    }
  }

  /// Marks a job as failed: it costs nothing, and nothing of it is kept. One that has ended meanwhile stays as it is.
  package func fail(_ job: Job, _ failure: JobFailure) throws {
    let text = String(decoding: try JSONEncoder().encode(failure), as: UTF8.self)
    let failed = try sql.first(
      """
      UPDATE job SET state = 'failed', error = $2, finished_at = $3, lease_until = NULL
      WHERE id = $1 AND state NOT IN ('done', 'failed') RETURNING id
      """, .text(job.id), .text(text), milliseconds)
    guard failed != nil else { return }
    if job.cents > 0, let account = try account(id: job.accountID) {
      try refund(job.cents, subject: job.id, account)
    }
    try doom(job.keys)
    try announce(job, failure)
  }

  private var oldestForm: SQLValue {
    .integer(Self.milliseconds(now.addingTimeInterval(-Double(rules.uploadSeconds))))
  }

  private var leaseEnd: SQLValue {
    .integer(Self.milliseconds(now.addingTimeInterval(Double(rules.leaseSeconds))))
  }

  /// Has objects removed once this transaction is kept.
  func doom(_ keys: [ObjectKey]) throws {
    for key in keys {
      try sql.query(
        "INSERT INTO doomed_object (object_key, created_at) VALUES ($1, $2) ON CONFLICT (object_key) DO NOTHING",
        .text(key.text), milliseconds)
    }
  }

  /// Objects that are to be removed.
  public func doomedObjects(limit: Int) throws -> [ObjectKey] {
    try sql.query("SELECT object_key FROM doomed_object ORDER BY created_at LIMIT $1", SQLValue(limit))
      .compactMap { ObjectKey($0[0]) }
  }

  /// They are gone.
  public func forgetDoomed(_ keys: [ObjectKey]) throws {
    for key in keys { try sql.query("DELETE FROM doomed_object WHERE object_key = $1", .text(key.text)) }
  }
}
