import Backend
import Foundation
import HTTPTypes
import Hummingbird
import Objects

/// Uploads by form and downloads by link, for objects on this service's own disk: what S3 does for those that lie there.
struct ObjectRoutes: Sendable {
  let gate: Gate
  let store: DiskStore

  /// How long an upload may take: hours of sound over a common line.
  private static let uploadSeconds = 600

  func add(to router: Router<APIContext>) {
    let group = router.group(RouterPath(DiskStore.path)).add(middleware: BrowserAccess())
    group.on("", method: .options) { _, _ in Response(status: .noContent) }
    group.post("") { request, context in
      do {
        try gate.limiter.admit("", from: gate.clientAddress(request, context)?.text ?? "", at: gate.backend.moment)
        try await gate.within(seconds: Self.uploadSeconds) { try await receive(request) }
        return Response(status: .noContent)
      } catch {
        return Self.answer(error)
      }
    }
    group.get("**") { request, context in
      let key = String(request.uri.path.dropFirst(DiskStore.path.count + 1))
      func query(_ name: String) -> String { request.uri.queryParameters[name[...]].map { String($0) } ?? "" }
      let name = query("name")
      guard
        let file = store.file(
          of: key, name: name, expires: query("expires"), signature: query("signature"), now: gate.backend.moment)
      else { throw Problem(.forbidden, "link_ended", "The link is wrong or over, or what it led to is gone.") }
      var response = Response(status: .ok, body: try await FileIO().loadFile(path: file, context: context))
      response.headers[.contentType] = StaticSite.contentType(of: name)
      response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
      response.headers[.cacheControl] = "private, max-age=600"
      response.headers[.xContentTypeOptions] = "nosniff"
      return response
    }
  }

  /// Takes a form in: the object is there at the end, wholly, or not at all.
  private func receive(_ request: Request) async throws {
    guard var reader = MultipartReader(contentType: request.headers[.contentType] ?? "") else {
      throw MultipartReader.Malformed()
    }
    var upload: (DiskStore.Upload, PostPolicy.Grant, job: String)?
    do {
      for try await buffer in request.body {
        for event in try reader.read(buffer.readableBytesView) {
          switch event {
          case .fields(let fields):
            let grant = try store.check(fields, now: gate.backend.moment)
            let job = String(grant.key.text.split(separator: "/").last!)
            guard try await gate.backend.read({ try $0.isWaiting(job) }) else {
              throw PostPolicy.Refusal(code: "AccessDenied", message: "The form was used already, or is over.")
            }
            upload = (try store.begin(grant.key), grant, job)
          case .file(let bytes):
            try upload!.0.append(bytes)
            guard upload!.0.bytes <= upload!.1.bytes.upperBound else {
              throw PostPolicy.Refusal(code: "EntityTooLarge", message: "The file is larger than it may be.")
            }
          case .end:
            guard upload!.0.bytes >= upload!.1.bytes.lowerBound else {
              throw PostPolicy.Refusal(code: "EntityTooSmall", message: "The file is smaller than it may be.")
            }
          }
        }
      }
      try reader.finish()
    } catch {
      upload?.0.discard()
      throw error
    }
    guard let (file, grant, job) = upload else { throw MultipartReader.Malformed() }
    guard try file.commit(replacing: false) else {
      throw PostPolicy.Refusal(code: "AccessDenied", message: "The form was used already.")
    }
    // A worker may have found the file first. Whoever deleted the job meanwhile has looked for its files already.
    let (isWanted, isGivenUp) = try await gate.backend.write {
      (try $0.enqueue(job) || $0.wantsUpload(job), try $0.isGivenUp(job))
    }
    if !isWanted { try await store.remove(grant.key) }
    guard !isGivenUp else {
      throw PostPolicy.Refusal(
        code: "AccessDenied", message: "What the file was for is over: it came too late, or was deleted.")
    }
  }

  /// As S3 answers.
  private static func answer(_ error: any Error) -> Response {
    let (status, code, message): (HTTPResponse.Status, String, String)
    switch error {
    case let refusal as PostPolicy.Refusal:
      (status, code, message) = (
        refusal.code == "AccessDenied" ? .forbidden : .badRequest, refusal.code, refusal.message
      )
    case is MultipartReader.Malformed:
      (status, code, message) = (
        .badRequest, "MalformedPOSTRequest", "The body of your POST request is not well-formed multipart/form-data."
      )
    case let problem as Problem where problem.status == .tooManyRequests:
      (status, code, message) = (.serviceUnavailable, "SlowDown", problem.detail)
    case let problem as Problem where problem.status == .requestTimeout:
      (status, code, message) = (.badRequest, "RequestTimeout", problem.detail)
    default: (status, code, message) = (.internalServerError, "InternalError", "The upload could not be stored.")
    }
    let text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>\(code)</Code><Message>\(message)</Message></Error>"
    return Response(
      status: status, headers: [.contentType: "application/xml"], body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}
