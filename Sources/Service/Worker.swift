import Backend
import Foundation
import Logging
import Objects
import ServiceLifecycle

/// Works on jobs: takes them from the queue, has `flexatar` itself do the work in a process with limits, stores what
/// comes of it. Any number of workers share a queue. It also clears away what is left: leases of the dead, uploads that
/// never came, objects that nobody wants.
public struct Worker: ServiceLifecycle.Service {
  private let backend: Backend
  private let store: any ObjectStore
  private let root: String
  private let slots: Int
  private let webhooks: WebhookSender
  private let logger: Logger

  /// Messages sent at a time.
  private static let senders = 4
  /// How long a stop waits for work under way before it is given back.
  private static let graceSeconds = 10

  /// - Parameters:
  ///   - root: `FLEXATAR_HOME` of the processes.
  ///   - slots: jobs at a time.
  ///   - allowsPrivateWebhooks: whether messages may go into private networks, and without TLS.
  public init(backend: Backend, store: any ObjectStore, root: String, slots: Int, allowsPrivateWebhooks: Bool) {
    (self.backend, self.store, self.root, self.slots) = (backend, store, root, slots)
    webhooks = WebhookSender(backend: backend, allowsPrivate: allowsPrivateWebhooks)
    var logger = Logger(label: "flexatar.worker")
    logger.logLevel = .notice
    self.logger = logger
  }

  /// Works until it is asked to stop; what is not done ten seconds later goes back.
  public func run() async throws {
    Scratch.sweep()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<slots { group.addTask { await repeating(every: .milliseconds(200)) { try await workOnNext() } } }
      group.addTask { await repeating(every: .seconds(1)) { try await clean() } }
      for _ in 0..<Self.senders {
        group.addTask { await repeating(every: .milliseconds(500)) { try await webhooks.sendNext() } }
      }
      group.addTask { await repeating(every: .seconds(3600)) { try await sweepStore() } }
    }
    Scratch.remove()
  }

  /// Runs `body` again and again until the service is asked to stop: at once while it answers true, else after a pause.
  private func repeating(every pause: Duration, _ body: @Sendable () async throws -> Bool) async {
    while !Task.isShuttingDownGracefully && !Task.isCancelled {
      do {
        if try await body() { continue }
      } catch {
        logger.error("worker", metadata: ["error": "\(error)"])
        try? await Task.sleep(for: .seconds(1))
      }
      try? await cancelWhenGracefulShutdown { try await Task.sleep(for: pause) }
    }
  }

  // MARK: - Clearing away

  private func clean() async throws -> Bool {
    try await backend.write { try $0.sweepJobs(isDead: WorkerName.isDead) }
    for id in FilmParts.jobs where try await backend.read({ try $0.job(id).map(\.hasEnded) }) == true {
      FilmParts.remove(id)
    }
    // Uploads to a store of others come without a word.
    for key in try await store.keys(under: "uploads", before: .distantFuture) {
      let id = String(key.text.split(separator: "/").last!)
      if try await backend.read({ try $0.isWaiting(id) }) { _ = try await backend.write { try $0.enqueue(id) } }
    }
    let doomed = try await backend.read { try $0.doomedObjects(limit: 100) }
    for key in doomed { try await store.remove(key) }
    if !doomed.isEmpty { try await backend.write { try $0.forgetDoomed(doomed) } }
    return false
  }

  /// Removes objects that nobody will ask for. Those of the last hour may still be on their way.
  private func sweepStore() async throws -> Bool {
    let moment = backend.moment
    try await backend.write { try $0.sweepMessages() }
    await store.sweep(now: moment)
    for folder in ["uploads", "avatars", "films"] {
      var keys = try await store.keys(under: folder, before: moment.addingTimeInterval(-3600))[...]
      while !keys.isEmpty {
        let some = Array(keys.prefix(200))
        keys = keys.dropFirst(200)
        for key in try await backend.read({ try $0.orphans(among: some) }) { try await store.remove(key) }
      }
    }
    return false
  }

  // MARK: - Work

  private func workOnNext() async throws -> Bool {
    guard try await backend.read({ try $0.hasQueuedJobs() }),
      let job = try await backend.write({ try $0.lease(to: WorkerName.own.text) })
    else { return false }
    let begin = ContinuousClock.now
    let outcome: String
    do {
      let result = try await keepingLease(of: job) { try await work(on: job) }
      let isOurs = try await backend.write { try $0.finish(job, owner: WorkerName.own.text, result) }
      outcome = isOurs ? (try? result.get()) == nil ? "failed" : "done" : "late"
    } catch {
      let isStopped = error is CancellationError || error is StillMade
      if !isStopped { logger.error("job", metadata: ["job": "\(job.id)", "error": "\(error)"]) }
      try await backend.write { try $0.giveBack(job, owner: WorkerName.own.text, isUntried: isStopped) }
      outcome = "given back"
    }
    let seconds = (ContinuousClock.now - begin) / .seconds(1)
    logger.notice(
      "job",
      metadata: [
        "job": "\(job.id)", "kind": "\(job.kind.rawValue)", "attempt": "\(job.attempt)", "outcome": "\(outcome)",
        "milliseconds": "\(Int(seconds * 1000))",
      ])
    return true
  }

  /// Runs `body` while saying every third of the lease that this worker lives. Cancelled when the job is no longer its
  /// own, and some time after a stop was asked for.
  private func keepingLease<Answer: Sendable>(
    of job: Job, _ body: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    try await withThrowingTaskGroup(of: Answer?.self) { group in
      group.addTask(operation: body)
      group.addTask {
        var isLive = true
        while isLive {
          try await Task.sleep(for: .seconds(backend.rules.leaseSeconds) / 3)
          isLive = try await backend.write { try $0.renew(job, owner: WorkerName.own.text) }
        }
        throw CancellationError()
      }
      group.addTask {
        try? await gracefulShutdown()
        try await Task.sleep(for: .seconds(Self.graceSeconds))
        throw CancellationError()
      }
      defer { group.cancelAll() }
      return try await group.next()!!
    }
  }

  /// What comes of a job. What this worker cannot help is thrown: the job is tried again.
  private func work(on job: Job) async throws -> Result<String, JobFailure> {
    let scratch = try Scratch(job.id)
    defer { scratch.remove() }
    switch job.kind {
    case .creation: return try await create(job, scratch)
    case .film: return try await film(job, scratch)
    }
  }

  private static func filmName(_ wanted: FilmRequest) -> String {
    wanted.format == "png" ? "pictures" : "film.\(Job.filmEnding(wanted.format))"
  }

  private func waitForOther() async throws -> Never {
    try await Task.sleep(for: .seconds(StillMade.pause))
    throw StillMade()
  }

  private static let noUpload = JobFailure("upload_missing", "The upload is gone.")

  private func create(_ job: Job, _ scratch: Scratch) async throws -> Result<String, JobFailure> {
    let photo = scratch.path("photo")
    guard try await store.fetch(job.uploadKey, to: photo) else { return .failure(Self.noUpload) }
    let (avatar, preview) = (scratch.path("avatar.ftar"), scratch.path("preview.jpg"))
    var arguments = ["create", photo, "-o", avatar, "--preview", preview, "--json"]
    if job.testing { arguments.append("--watermark") }
    if let place = try JSONDecoder().decode(AvatarRequest.self, from: Data(job.request.utf8)).face {
      arguments += ["--face", "\(place.x),\(place.y)"]
    }
    let outcome = try await run(
      arguments, LimitedProcess(seconds: 120, memory: 3 << 30, processorSeconds: 120), scratch)
    if outcome.code == 65, let (code, message) = Self.refusal(outcome.errors) {
      return .failure(JobFailure("bad_photo", code: code, message))
    }
    if let failure = try Self.failure(outcome) { return .failure(failure) }
    guard let card = try? JSONDecoder().decode(AvatarCard.self, from: Data(outcome.output.utf8)) else {
      throw ObjectError("the command's answer cannot be read")
    }
    try await store.put(avatar, at: job.avatarKey)
    try await store.put(preview, at: job.previewKey)
    return .success(JSONText.encode(card))
  }

  private func film(_ job: Job, _ scratch: Scratch) async throws -> Result<String, JobFailure> {
    let wanted = try JSONDecoder().decode(FilmRequest.self, from: Data(job.request.utf8))
    // Its parts outlive this worker: the next one on this machine goes on with them.
    let parts = try FilmParts(job.id)
    if parts.isBusy(film: Self.filmName(wanted)) { try await waitForOther() }
    var files = (wanted.attached ?? []).map { (key: Job.attachmentKey($0, of: job.id), name: $0) }
    if !wanted.hasSound { files.append((job.uploadKey, FilmRequest.sound)) }
    for file in files {
      guard try await store.fetch(file.key, to: scratch.path(file.name)) else { return .failure(Self.noUpload) }
    }
    for avatar in Set(wanted.avatars) {
      guard let key = ObjectKey("avatars/\(avatar).ftar"),
        try await store.fetch(key, to: scratch.path(FilmRequest.fileName(avatar)))
      else { return .failure(JobFailure("deleted", "The avatar was deleted.")) }
    }
    let result = try await film(job, wanted, in: parts, scratch)
    parts.remove()
    return result
  }

  private func film(
    _ job: Job, _ wanted: FilmRequest, in parts: FilmParts, _ scratch: Scratch
  ) async throws -> Result<String, JobFailure> {
    let film = parts.path(Self.filmName(wanted))
    // The command that a dead worker left running has ended since, and well.
    if FileManager.default.fileExists(atPath: film) { return try await keep(film, of: job, scratch) }
    let output = wanted.format == "png" ? film + "/" : film
    let arguments = try wanted.arguments(output: output) { scratch.path($0) }
    let work = try await parts.whileGrowing(patience: Self.filmPatience, limit: 2 * Self.mostFilmBytes) {
      try await run(arguments, LimitedProcess(seconds: Self.longestFilm, memory: 8 << 30), scratch)
    }
    let outcome: LimitedProcess.Outcome
    switch work {
    case .ended(let answer): outcome = answer
    case .stuck: return .failure(JobFailure("limits", "The film has not got on for ten minutes."))
    case .tooLarge: return .failure(Self.tooLarge)
    }
    if outcome.code == StillMade.code { try await waitForOther() }
    if outcome.code == 1, let sentence = Self.sentence(outcome.errors) {
      for (error, name) in wanted.files where sentence.hasPrefix(scratch.path(name) + ": ") {
        return .failure(JobFailure(error, String(sentence.dropFirst(scratch.path(name).count + 2))))
      }
    }
    if let failure = try Self.failure(outcome) { return .failure(failure) }
    return try await keep(film, of: job, scratch)
  }

  private static let tooLarge = JobFailure(
    "limits", "The film has more than 4 GB: choose a smaller size or another format.")

  /// - Parameter film: a file, or a folder of pictures, which become one archive.
  private func keep(_ film: String, of job: Job, _ scratch: Scratch) async throws -> Result<String, JobFailure> {
    var (file, isFolder) = (film, ObjCBool(false))
    if FileManager.default.fileExists(atPath: film, isDirectory: &isFolder), isFolder.boolValue {
      guard Self.bytes(in: film) <= Self.mostFilmBytes else { return .failure(Self.tooLarge) }
      file = scratch.path("film.tar")
      let outcome = try await LimitedProcess(seconds: 300, memory: 1 << 30).run(
        [
          "/usr/bin/tar", "--sort=name", "--owner=0", "--group=0", "--numeric-owner", "-cf", file, "-C",
          (film as NSString).deletingLastPathComponent, (film as NSString).lastPathComponent,
        ], folder: scratch.folder)
      guard outcome.code == 0 else {
        throw ObjectError("the pictures cannot be put together: \(outcome.errors.suffix(300))")
      }
    }
    let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
    // An archive has headers beside its pictures.
    guard size <= Self.mostFilmBytes + (1 << 28) else { return .failure(Self.tooLarge) }
    try await store.put(file, at: job.filmKey)
    return .success("{}")
  }

  /// Two hours of sound take half an hour to two, by the picture's size and what else the machine does: a film may go on
  /// as long as it gets on.
  private static let filmPatience = Duration.seconds(600)
  private static let longestFilm = 12 * 3600

  /// Less than what object stores take in one piece. Parts and the film made of them lie side by side for a while.
  private static let mostFilmBytes = 4_000_000_000

  private static func bytes(in folder: String) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.reduce(0) { sum, name in
      let attributes = try? FileManager.default.attributesOfItem(atPath: folder + "/" + name)
      return sum + (attributes?[.size] as? Int ?? 0)
    }
  }

  /// A worker that was killed has left the command running, which has the film's parts until it ends.
  private struct StillMade: Error {
    static let code: Int32 = 75
    /// Before it is tried again, seconds.
    static let pause = 5
  }

  private func run(_ arguments: [String], _ limits: LimitedProcess, _ scratch: Scratch) async throws
    -> LimitedProcess.Outcome
  {
    try await limits.run(
      ["/proc/\(ProcessInfo.processInfo.processIdentifier)/exe"] + arguments, folder: scratch.folder,
      environment: ["FLEXATAR_HOME": root])
  }

  /// Why the process did not do it, where it is the job's fault.
  /// - Throws: where it may be this machine's.
  private static func failure(_ outcome: LimitedProcess.Outcome) throws -> JobFailure? {
    if outcome.code == 0 { return nil }
    if outcome.isOutOfTime { return JobFailure("limits", "The work took longer than it may.") }
    // Wrong usage is wrong on any machine.
    if outcome.code == 64 { return JobFailure("internal", "The order cannot be carried out as it is.") }
    throw ObjectError("the process ended with \(outcome.code): \(outcome.errors.suffix(300))")
  }

  /// The sentence behind `error: ` in a command's last line.
  static func sentence(_ errors: String) -> String? {
    errors.split(separator: "\n").last.flatMap { $0.hasPrefix("error: ") ? String($0.dropFirst(7)) : nil }
  }

  /// `CODE: sentence`.
  static func refusal(_ errors: String) -> (code: String, message: String)? {
    guard let sentence = sentence(errors), let colon = sentence.firstRange(of: ": ") else { return nil }
    return (String(sentence[..<colon.lowerBound]), String(sentence[colon.upperBound...]))
  }
}
