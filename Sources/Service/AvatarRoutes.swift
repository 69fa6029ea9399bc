import Backend
import Foundation
import HTTPTypes
import Hummingbird
import Objects

/// Avatars and films: ordering, polling, listing, fetching, deleting; for customers' servers and for browsers.
struct AvatarRoutes: Sendable {
  let gate: Gate
  let store: any ObjectStore
  private let finished = FinishedJobs()

  init(gate: Gate, store: any ObjectStore) { (self.gate, self.store) = (gate, store) }

  /// What may be uploaded.
  private static let photoBytes = 1...30_000_000
  /// Two hours of what people have: stereo at 48 kHz, uncompressed.
  private static let soundBytes = 1...1_500_000_000
  private static let linkSeconds = 900
  /// Of a film's order, with its subtitles and perhaps sounds and a picture.
  private static let orderBytes = 8_000_000
  /// What of it is kept, without the files.
  private static let keptBytes = 2_000_000

  static let methods: [String: [HTTPRequest.Method]] = [
    "/b2b/createflexatar": [.post], "/b2b/listflexatar": [.post], "/b2b/delflexatar": [.post], "/b2b/render": [.post],
    "/b2b/createflexatar/ftar/*": [.get, .post], "/b2b/createflexatar/preview/*": [.get, .post],
    "/b2b/render/film/*": [.get, .post], "/poll/*": [.get, .options],
    "/list": [.post, .options], "/make": [.post, .options], "/poll": [.post, .options],
  ]

  func add(to router: Router<APIContext>) {
    addForServers(router.group("b2b"))
    let browsers = router.group().add(middleware: BrowserAccess())
    addForBrowsers(browsers)
    browsers.get("poll/:capability") { request, context in
      try gate.limiter.admit("", from: gate.clientAddress(request, context)?.text ?? "", at: gate.backend.moment)
      let capability = context.parameters.get("capability") ?? ""
      let parts = capability.split(separator: ".")
      guard parts.count == 2, case let id = String(parts[0]) else { throw Self.noJob }
      if let answer = finished.answer(to: capability), try await gate.backend.glance({ try $0.isKept(id) }) {
        return Response.json(text: answer)
      }
      guard PostPolicy.isEqual(gate.backend.capability(of: id), String(parts[1])),
        let job = try await gate.backend.glance({ try $0.job(id) })
      else { throw Self.noJob }
      let answer = try Self.progress(job)
      if job.state == .done, job.deletedAt == nil { finished.keep(answer, to: capability) }
      return Response.json(text: answer)
    }
  }

  // MARK: - Customers' servers

  private func addForServers(_ group: RouterGroup<APIContext>) {
    group.post("createflexatar") { request, context in
      let id = try await gate.change(request, context, AvatarOrder.self) { transaction, account, wanted in
        let subscription = try wanted.owner.name.map { try transaction.subscription(account, $0) }
        return try transaction.orderAvatar(account, for: subscription, request: wanted.request.kept).id
      }
      return Response.json(order(id!, Self.photoBytes, request, context))
    }
    group.post("listflexatar") { request, context in
      let (avatars, _) = try await gate.look(request, context, UserOrNone.self) { transaction, account, user in
        try transaction.avatars(account, of: user.name)
      }
      return Response.json(AvatarList(list: avatars.map { item($0, request, context) }))
    }
    group.post("delflexatar") { request, context in
      _ = try await gate.change(request, context, AvatarID.self) { transaction, account, avatar in
        try transaction.deleteResult(avatar.id, account)
        return nil
      }
      return Response(status: .noContent)
    }
    group.post("render") { request, context in
      let (id, film) = try await gate.order(request, context, FilmRequest.self, limit: Self.orderBytes) {
        transaction, account, film in
        try film.check()
        let kept = JSONText.encode(film.kept)
        guard kept.utf8.count <= Self.keptBytes else {
          throw BackendError.invalid("An order has at most 2 MB beside its files.")
        }
        return try transaction.orderFilm(of: film.avatars, account, request: kept).id
      }
      try await keep(film.attachments, for: id!, isWhole: film.hasSound)
      return Response.json(order(id!, film.hasSound ? nil : Self.soundBytes, request, context))
    }
    for method in [HTTPRequest.Method.get, .post] {
      group.on("createflexatar/ftar/:id", method: method) { request, context in
        try await link(request, context) {
          try $0.avatar($2, $1)
        } key: {
          $0.avatarKey
        }
      }
      group.on("createflexatar/preview/:id", method: method) { request, context in
        try await link(request, context) {
          try $0.avatar($2, $1)
        } key: {
          $0.previewKey
        }
      }
      group.on("render/film/:id", method: method) { request, context in
        try await link(request, context) {
          try $0.film($2, $1)
        } key: {
          $0.filmKey
        }
      }
    }
  }

  private func link(
    _ request: Request, _ context: APIContext,
    _ find: @escaping @Sendable (Transaction, Account, String) throws -> Job, key: (Job) -> ObjectKey
  ) async throws -> Response {
    let id = context.parameters.get("id") ?? ""
    let (job, _) = try await gate.look(request, context, Nothing.self) { transaction, account, _ in
      try find(transaction, account, id)
    }
    return .json(LinkAnswer(link: link(to: key(job), request, context)))
  }

  // MARK: - Browsers

  private func addForBrowsers(_ group: RouterGroup<APIContext>) {
    group.post("list") { request, context in
      let avatars = try await browse(request, context, Nothing.self) { transaction, account, subscription, _, _ in
        try transaction.avatars(account, of: subscription.name)
      }
      return Response.json(AvatarList(list: avatars.map { item($0, request, context) }))
    }
    group.post("make") { request, context in
      do {
        let id = try await change(request, context, AvatarRequest.self) {
          transaction, account, subscription, claims, wanted in
          guard claims.scope.contains(.create) else { throw BackendError.restricted }
          return try transaction.orderAvatar(account, for: subscription, request: wanted.kept).id
        }
        return Response.json(order(id!, Self.photoBytes, request, context))
      } catch BackendError.creationLimit {
        return Response.json(BlockAnswer(block: "subscription_limit"))
      } catch BackendError.queueLimit {
        return Response.json(BlockAnswer(block: "queue_limit"))
      }
    }
    group.post("poll") { request, context in
      let job = try await browse(request, context, AvatarID.self) { transaction, account, subscription, _, avatar in
        try transaction.job(avatar.id, account, of: subscription.name)
      }
      return Response.json(text: try Self.progress(job))
    }
    // A parameter in the first place of a path would hide the site's pages.
    group.delete("**") { request, context in
      let id = try Self.onlyName(request.uri.path)
      _ = try await change(request, context, Nothing.self) { transaction, account, subscription, claims, _ in
        guard claims.scope.contains(.delete) else { throw BackendError.restricted }
        guard !subscription.isExpired(at: gate.backend.moment) else { throw BackendError.subscriptionExpired }
        try transaction.deleteResult(id, account, of: subscription.name)
        return nil
      }
      return Response(status: .noContent)
    }
    for path in ["list", "make", "poll", "poll/:capability"] {
      group.on(RouterPath(path), method: .options) { _, _ in Response(status: .noContent) }
    }
    group.on("**", method: .options) { request, _ in
      _ = try Self.onlyName(request.uri.path)
      return Response(status: .noContent)
    }
  }

  /// The name that a path has, if it has a single one.
  private static func onlyName(_ path: String) throws -> String {
    guard case let name = path.dropFirst(), !name.isEmpty, !name.contains("/") else { throw HTTPError(.notFound) }
    return String(name)
  }

  /// A call that changes something: with its `Idempotency-Key`, done once.
  private func change<Body: Codable & Sendable>(
    _ request: Request, _ context: APIContext, _ type: Body.Type,
    _ act: @escaping @Sendable (Transaction, Account, Subscription, UserClaims, Body) throws -> String?
  ) async throws -> String? {
    let key = request.headers[.idempotencyKey]
    let call = "\(request.method) \(request.uri.path)"
    return try await browse(request, context, type, writing: true) {
      transaction, account, subscription, claims, body in
      let fingerprint = "\(call)\n\(JSONText.encode(body))"
      return try transaction.once(key, of: subscription, fingerprint: fingerprint, account) {
        try act(transaction, account, subscription, claims, body)
      }
    }
  }

  private func browse<Body: Decodable & Sendable, Found: Sendable>(
    _ request: Request, _ context: APIContext, _ type: Body.Type, writing: Bool = false,
    _ act: @escaping @Sendable (Transaction, Account, Subscription, UserClaims, Body) throws -> Found
  ) async throws -> Found {
    try await gate.enter(request, context) { token in
      let claims = try await gate.backend.tokens.check(
        token, origin: request.headers[.origin], at: gate.backend.moment)
      let body = try JSONText.decode(type, try await gate.text(of: request, limit: 4096))
      let run = { @Sendable (transaction: Transaction) in
        let (account, subscription) = try transaction.grant(claims)
        return try act(transaction, account, subscription, claims, body)
      }
      return try await writing ? gate.backend.write(run) : gate.backend.read(run)
    }
  }

  // MARK: - Answers

  /// Stores what came with an order.
  /// - Parameter isWhole: nothing else is to be uploaded.
  private func keep(_ attachments: [FilmRequest.Attachment], for id: String, isWhole: Bool) async throws {
    guard !attachments.isEmpty else { return }
    let scratch = try Scratch(id)
    defer { scratch.remove() }
    for attachment in attachments {
      let file = scratch.path(attachment.name)
      try attachment.contents.write(to: URL(fileURLWithPath: file))
      try await store.put(file, at: Job.attachmentKey(attachment.name, of: id))
    }
    if isWhole { _ = try await gate.backend.write { try $0.enqueue(id) } }
  }

  /// - Parameter bytes: what may be uploaded; nil where nothing is.
  private func order(
    _ id: String, _ bytes: ClosedRange<Int>?, _ request: Request, _ context: APIContext
  ) -> OrderAnswer {
    let site = gate.site(request, context)
    return OrderAnswer(
      id: id,
      link: bytes.map {
        let limits = UploadLimits(bytes: $0, seconds: gate.backend.rules.uploadSeconds)
        return store.form(for: Job.uploadKey(of: id), limits: limits, now: gate.backend.moment, site: site)
      },
      poll: "\(site)/poll/\(id).\(gate.backend.capability(of: id))")
  }

  /// - Throws: `Problem` 404 while the job is not done, as the contract has it.
  private static func progress(_ job: Job) throws -> String {
    guard job.state == .done || job.state == .failed || job.deletedAt != nil else {
      throw Problem(.notFound, "in_progress", "It is not ready yet.", retryAfter: 1)
    }
    return JSONText.encode(PollAnswer(job))
  }

  private static let noJob = Problem(.notFound, "not_found", "There is no such job.")

  private func item(_ job: Job, _ request: Request, _ context: APIContext) -> AvatarItem {
    AvatarItem(
      id: job.id, authtype: job.user?.authtype, user: job.user?.user, testing: job.testing,
      created: job.createdAt.seconds, ftar: link(to: job.avatarKey, request, context),
      preview: link(to: job.previewKey, request, context), card: AvatarCard(job))
  }

  private func link(to key: ObjectKey, _ request: Request, _ context: APIContext) -> String {
    store.link(
      to: key, name: String(key.text.split(separator: "/").last!), now: gate.backend.moment,
      seconds: Self.linkSeconds, site: gate.site(request, context))
  }
}
