import Backend
import Foundation
import Objects
import Testing

@Suite("Avatars and films to make")
struct JobTests {
  private func order(_ scene: Scene, _ name: UserName? = nil) async throws -> Job {
    try await scene.backend.write { transaction in
      try transaction.orderAvatar(
        scene.account, for: try name.map { try transaction.subscription(scene.account, $0) })
    }
  }

  private func lease(_ scene: Scene, _ owner: String = "w") async throws -> Job? {
    try await scene.backend.write { try $0.lease(to: owner) }
  }

  private func enqueue(_ scene: Scene, _ job: Job) async throws -> Bool {
    try await scene.backend.write { try $0.enqueue(job.id) }
  }

  private func finish(_ scene: Scene, _ job: Job, _ result: Result<String, JobFailure> = .success("{}")) async throws
    -> Bool
  {
    try await scene.backend.write { try $0.finish(job, owner: "w", result) }
  }

  private func state(_ scene: Scene, _ job: Job) async throws -> Job.State? {
    try await scene.backend.read { try $0.job(job.id)?.state }
  }

  private func doomed(_ scene: Scene) async throws -> Set<String> {
    Set(try await scene.backend.read { try $0.doomedObjects(limit: 100).map(\.text) })
  }

  /// An avatar of the user, made.
  private func make(_ scene: Scene, _ name: UserName? = nil) async throws -> Job {
    let job = try await order(scene, name)
    #expect(try await enqueue(scene, job))
    let leased = try #require(try await lease(scene))
    #expect(try await finish(scene, leased))
    return job
  }

  private func sweep(_ scene: Scene, isDead: @escaping @Sendable (String) -> Bool = { _ in false }) async throws {
    try await scene.backend.write { try $0.sweepJobs(isDead: isDead) }
  }

  @Test("wait for their upload, are made once, and their upload goes", arguments: Store.available)
  func wayThrough(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      let job = try await order(scene, scene.anna)
      #expect(job.state == .waiting && job.user == scene.anna && job.attempt == 0)
      #expect(try await lease(scene) == nil)
      #expect(try await enqueue(scene, job))
      #expect(try await !enqueue(scene, job))
      let leased = try #require(try await lease(scene))
      #expect(leased.id == job.id && leased.attempt == 1)
      #expect(try await lease(scene) == nil)
      #expect(try await finish(scene, leased, .success(#"{"a":1}"#)))
      #expect(try await !finish(scene, leased))
      let avatars = try await scene.backend.read { try $0.avatars(scene.account, of: scene.anna) }
      #expect(avatars.map(\.id) == [job.id] && avatars.first?.answer == #"{"a":1}"#)
      #expect(try await doomed(scene) == ["uploads/\(job.id)"])
    }
  }

  @Test("want their upload until they are over, whoever noticed it first", arguments: Store.available)
  func upload(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      func wants(_ job: Job) async throws -> Bool { try await scene.backend.read { try $0.wantsUpload(job.id) } }
      let job = try await order(scene)
      #expect(try await wants(job))
      #expect(try await enqueue(scene, job))
      #expect(try await wants(job))
      let leased = try #require(try await lease(scene))
      #expect(try await wants(job))
      #expect(try await finish(scene, leased))
      #expect(try await !wants(job))
      // A file that comes now has come to something; one of a job that has failed, or that nobody knows, to nothing.
      func isGivenUp(_ id: String) async throws -> Bool { try await scene.backend.read { try $0.isGivenUp(id) } }
      #expect(try await !isGivenUp(job.id))
      let late = try await order(scene)
      #expect(try await !isGivenUp(late.id))
      _ = try await enqueue(scene, late)
      let failed = try #require(try await lease(scene))
      #expect(try await finish(scene, failed, .failure(JobFailure("upload_missing", "Too late."))))
      #expect(try await isGivenUp(late.id))
      #expect(try await isGivenUp("job_nothing"))
    }
  }

  @Test("are 20 for a purchase; those that fail do not count", arguments: Store.available)
  func quota(store: Store) async throws {
    var rules = Rules()
    rules.creationsPerSubscription = 2
    try await Scene.run(on: store, rules: rules) { scene in
      #expect(Rules().creationsPerSubscription == 20)
      try await scene.buy(scene.anna, crt: "1")
      _ = try await make(scene, scene.anna)
      let job = try await order(scene, scene.anna)
      await #expect(throws: BackendError.creationLimit) { try await order(scene, scene.anna) }
      _ = try await enqueue(scene, job)
      let leased = try #require(try await lease(scene))
      #expect(try await finish(scene, leased, .failure(JobFailure("bad_photo", code: "no-face", "No face."))))
      #expect(try await state(scene, job) == .failed)
      let last = try await make(scene, scene.anna)
      // One that was made counts even when it is deleted.
      try await scene.backend.write { try $0.deleteResult(last.id, scene.account) }
      await #expect(throws: BackendError.creationLimit) { try await order(scene, scene.anna) }
    }
  }

  @Test("end with the month", arguments: Store.available)
  func expired(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      scene.clock.set("2026-02-15T12:00:00Z")
      await #expect(throws: BackendError.creationLimit) { try await order(scene, scene.anna) }
    }
  }

  @Test("of the customer itself cost their price, which comes back when they fail", arguments: Store.available)
  func price(store: Store) async throws {
    try await Scene.run(on: store, cents: 60) { scene in
      let job = try await order(scene)
      #expect(try await scene.balance == 10)
      await #expect(throws: BackendError.lowBalance) { try await order(scene) }
      _ = try await enqueue(scene, job)
      let leased = try #require(try await lease(scene))
      for _ in 0..<2 { _ = try await finish(scene, leased, .failure(JobFailure("bad_photo", "No."))) }
      #expect(try await scene.balance == 60)
    }
  }

  @Test("fail once, whoever says so again, and not after they are done", arguments: Store.available)
  func failsOnce(store: Store) async throws {
    try await Scene.run(on: store, cents: 110) { scene in
      let (job, made) = (try await order(scene), try await make(scene))
      #expect(try await scene.balance == 10)
      // As sweeper and deletion see it, both before either has changed it.
      for seen in [job, job, made] {
        try await scene.backend.write { try $0.fail(seen, JobFailure("deleted", "No.")) }
      }
      #expect(try await scene.balance == 60)
      #expect(try await state(scene, made) == .done)
    }
  }

  @Test("are not begun without end", arguments: Store.available)
  func queueLimit(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      for _ in 0..<Rules().jobsPerSubscription { _ = try await order(scene, scene.anna) }
      await #expect(throws: BackendError.queueLimit) { try await order(scene, scene.anna) }
      // Forms that were never used make room when they are over.
      scene.clock.set("2026-01-15T12:15:00Z")
      _ = try await order(scene, scene.anna)
    }
  }

  @Test("of a dead worker go back, three times at most", arguments: Store.available)
  func deadWorker(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      let job = try await order(scene)
      _ = try await enqueue(scene, job)
      // Known to be dead; not heard of for too long; and the third.
      _ = try await lease(scene, "first")
      try await sweep(scene)
      #expect(try await state(scene, job) == .running)
      try await sweep(scene) { $0 == "first" }
      #expect(try await state(scene, job) == .queued)
      let late = try #require(try await lease(scene))
      scene.clock.set("2026-01-15T12:00:59Z")
      #expect(try await scene.backend.write { try $0.renew(late, owner: "w") })
      scene.clock.set("2026-01-15T12:01:58Z")
      try await sweep(scene)
      #expect(try await state(scene, job) == .running)
      scene.clock.set("2026-01-15T12:01:59Z")
      try await sweep(scene)
      let third = try #require(try await lease(scene))
      #expect(third.attempt == 3)
      // Whoever comes late changes nothing.
      #expect(try await !scene.backend.write { try $0.renew(late, owner: "w") })
      #expect(try await !finish(scene, late))
      #expect(try await state(scene, job) == .running)
      scene.clock.set("2026-01-15T12:10:00Z")
      try await sweep(scene)
      #expect(try await state(scene, job) == .failed)
      #expect(try await scene.balance == 10_000)
    }
  }

  @Test("that a worker gives back when it is stopped have lost no try", arguments: Store.available)
  func givenBack(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      let job = try await order(scene)
      _ = try await enqueue(scene, job)
      for isUntried in [true, false] {
        let leased = try #require(try await lease(scene))
        #expect(leased.attempt == 1)
        try await scene.backend.write { try $0.giveBack(leased, owner: "w", isUntried: isUntried) }
      }
      #expect(try await lease(scene)?.attempt == 2)
    }
  }

  @Test("whose upload never comes have failed after a quarter of an hour", arguments: Store.available)
  func noUpload(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      let job = try await order(scene)
      #expect(try await scene.backend.read { try $0.isWaiting(job.id) })
      scene.clock.set("2026-01-15T12:15:00Z")
      #expect(try await scene.backend.read { try !$0.isWaiting(job.id) })
      try await sweep(scene)
      #expect(try await state(scene, job) == .failed)
      #expect(try await !enqueue(scene, job))
      #expect(try await scene.balance == 10_000)
    }
  }

  @Test("that are deleted leave no object, whenever that is", arguments: Store.available)
  func deleted(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      let (done, running) = (try await make(scene, scene.anna), try await order(scene, scene.anna))
      _ = try await enqueue(scene, running)
      let leased = try #require(try await lease(scene))
      let waiting = try await order(scene, scene.anna)
      try await scene.backend.write { try $0.deleteUser(scene.account, scene.anna) }
      func keys(_ job: Job) -> Set<String> { ["uploads/\(job.id)", "avatars/\(job.id).ftar", "avatars/\(job.id).jpg"] }
      #expect(try await doomed(scene) == keys(done).union(keys(running)).union(keys(waiting)))
      let gone = try await scene.backend.read { try $0.doomedObjects(limit: 100) }
      try await scene.backend.write { try $0.forgetDoomed(gone) }
      #expect(try await !enqueue(scene, waiting))
      // The worker has stored its results since.
      #expect(try await finish(scene, leased))
      #expect(try await doomed(scene) == keys(running))
      let left = try await scene.backend.read { try $0.avatars(scene.account, of: nil) }
      #expect(left.isEmpty)
      await #expect(throws: BackendError.noSubscription) { try await scene.subscription(scene.anna) }
      // The same user may come again, and begins with nothing.
      try await scene.buy(scene.anna, crt: "2")
      #expect(try await scene.backend.read { try $0.avatars(scene.account, of: scene.anna) }.isEmpty)
    }
  }

  @Test("of several people go with each of them; films are deleted as avatars are", arguments: Store.available)
  func films(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      try await scene.buy(scene.bert, crt: "2")
      let (anna, bert) = (try await make(scene, scene.anna), try await make(scene, scene.bert))
      func film(_ avatars: Job...) async throws -> Job {
        let request = #"{"speakers":[\#(avatars.map { #"{"flexatar":"\#($0.id)"}"# }.joined(separator: ","))]}"#
        let job = try await scene.backend.write {
          try $0.orderFilm(of: avatars.map(\.id), scene.account, request: request)
        }
        #expect(try await enqueue(scene, job))
        #expect(try await finish(scene, try #require(try await lease(scene))))
        return job
      }
      func isKept(_ job: Job) async throws -> Bool { try await scene.backend.read { try $0.isKept(job.id) } }
      let (both, alone, unwanted) = (try await film(anna, bert), try await film(anna), try await film(anna))
      await #expect(throws: BackendError.noAvatar) {
        try await scene.backend.write { try $0.deleteResult(unwanted.id, scene.account, of: scene.bert) }
      }
      try await scene.backend.write { try $0.deleteResult(unwanted.id, scene.account) }
      #expect(try await !isKept(unwanted))
      #expect(try await doomed(scene).contains("films/\(unwanted.id).mp4"))
      try await scene.backend.write { try $0.deleteUser(scene.account, scene.bert) }
      for gone in [both, bert] { #expect(try await !isKept(gone)) }
      for kept in [alone, anna] { #expect(try await isKept(kept)) }
    }
  }

  @Test("have the files removed that came with the order", arguments: Store.available)
  func attachments(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      let avatar = try await make(scene)
      let request = #"{"format":"png","attached":["background","voice-0"]}"#
      func film() async throws -> Job {
        let job = try await scene.backend.write {
          try $0.orderFilm(of: [avatar.id], scene.account, request: request)
        }
        #expect(try await enqueue(scene, job))
        return job
      }
      func files(_ job: Job) -> [ObjectKey] {
        ["background", "voice-0"].map { Job.attachmentKey($0, of: job.id) } + [job.uploadKey]
      }
      func orphans(_ job: Job) async throws -> [ObjectKey] {
        let keys = files(job) + [job.filmKey]
        return try await scene.backend.read { try $0.orphans(among: keys) }
      }
      let made = try await film()
      #expect(made.filmKey.text == "films/\(made.id).tar")
      #expect(try await orphans(made).isEmpty)
      #expect(try await finish(scene, try #require(try await lease(scene))))
      #expect(try await Set(files(made).map(\.text)).isSubset(of: doomed(scene)))
      #expect(try await orphans(made) == files(made))
      let failed = try await film()
      let failure = JobFailure("bad_background", "No picture.")
      #expect(try await finish(scene, try #require(try await lease(scene)), .failure(failure)))
      #expect(try await Set(files(failed).map(\.text)).isSubset(of: doomed(scene)))
    }
  }

  @Test("outlive a renewal", arguments: Store.available)
  func renewal(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      let job = try await make(scene, scene.anna)
      try await scene.delete(scene.anna)
      try await scene.buy(scene.anna, crt: "2")
      #expect(try await scene.backend.read { try $0.avatar(job.id, scene.account, of: scene.anna).id } == job.id)
      #expect(
        try await scene.backend.read { try $0.creationCount(of: $0.subscription(scene.account, scene.anna)) } == 0)
    }
  }

  @Test("are nobody else's", arguments: Store.available)
  func others(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      try await scene.buy(scene.anna, crt: "1")
      let job = try await make(scene, scene.anna)
      let stranger = try await scene.backend.write { try $0.createAccount(name: "other").account }
      for (account, user) in [(stranger, nil), (scene.account, scene.bert)] as [(Account, UserName?)] {
        await #expect(throws: BackendError.noAvatar) {
          try await scene.backend.read { try $0.avatar(job.id, account, of: user) }
        }
        await #expect(throws: BackendError.noAvatar) {
          try await scene.backend.write { try $0.deleteResult(job.id, account, of: user) }
        }
      }
      await #expect(throws: BackendError.noAvatar) {
        try await scene.backend.write { try $0.orderFilm(of: [job.id], stranger, request: "{}") }
      }
      #expect(try await state(scene, job) == .done)
    }
  }

  @Test("are each taken by one of many workers", arguments: Store.available)
  func parallel(store: Store) async throws {
    try await Scene.run(on: store) { scene in
      var jobs: Set<String> = []
      for _ in 0..<30 {
        let job = try await order(scene)
        _ = try await enqueue(scene, job)
        jobs.insert(job.id)
      }
      let taken = try await withThrowingTaskGroup(of: [String].self) { group in
        for worker in 0..<6 {
          group.addTask {
            var mine: [String] = []
            while let job = try await scene.backend.write({ try $0.lease(to: "\(worker)") }) { mine.append(job.id) }
            return mine
          }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(taken.count == 30 && Set(taken) == jobs)
    }
  }
}
