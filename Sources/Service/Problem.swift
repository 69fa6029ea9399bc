import Backend
import Database
import Foundation
import Hummingbird

/// An error as clients see it: problem details (RFC 9457) with a stable `code`.
struct Problem: Error, Equatable {
  var status: HTTPResponse.Status
  var code: String
  var detail: String
  /// Seconds after which trying again makes sense.
  var retryAfter: Int?
  /// The methods that there are, for status 405.
  var allow: String?

  init(_ status: HTTPResponse.Status, _ code: String, _ detail: String, retryAfter: Int? = nil) {
    (self.status, self.code, self.detail, self.retryAfter) = (status, code, detail, retryAfter)
  }

  init(_ error: BackendError) {
    // A job takes some seconds.
    self.init(Self.status(of: error), error.code, error.message, retryAfter: error == .queueLimit ? 5 : nil)
  }

  /// Whatever was thrown, without giving anything away that clients should not know.
  init(any error: any Error) {
    switch error {
    case let problem as Problem: self = problem
    case let error as BackendError: self.init(error)
    case let error as DatabaseError where error.kind == .zeroByte:
      self.init(BackendError.invalid("No text may hold a zero byte."))
    case let error as any HTTPResponseError:
      self.init(error.status, Self.code(of: error.status), error.status.reasonPhrase + ".")
    default:
      self.init(.internalServerError, "internal", "Something went wrong here; trying again later may help.")
    }
  }

  var response: Response {
    let text = Members(
      title: status.reasonPhrase, status: status.code, code: code, detail: detail)
    var response = Response.json(text, status: status)
    response.headers[.contentType] = "application/problem+json"
    if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
    if let allow { response.headers[.allow] = allow }
    if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
    return response
  }

  private struct Members: Encodable {
    var type = "about:blank"
    let title: String
    let status: Int
    let code: String
    let detail: String
  }

  /// Statuses 453, 454 and 456 are the contract's own.
  private static func status(of error: BackendError) -> HTTPResponse.Status {
    switch error {
    case .invalid: .badRequest
    case .unauthorized: .unauthorized
    case .accountSuspended, .sessionLimit, .tokenEnded, .originRefused, .creationLimit, .restricted,
      .subscriptionExpired:
      .forbidden
    case .queueLimit: .tooManyRequests
    case .noAccount, .noSubscription, .noAvatar, .noFilm: .notFound
    case .nameTaken: .conflict
    case .lowBalance: .init(code: 453, reasonPhrase: "Low Balance")
    case .requestTokenUsed: .init(code: 454, reasonPhrase: "Request Token Used")
    case .hasSubscription: .init(code: 456, reasonPhrase: "Has Subscription")
    case .idempotencyKeyReused: .unprocessableContent
    }
  }

  private static func code(of status: HTTPResponse.Status) -> String {
    switch status {
    case .notFound: "not_found"
    case .contentTooLarge: "too_large"
    case .badRequest: "invalid_request"
    default: status.code >= 500 ? "internal" : "http_\(status.code)"
    }
  }
}

/// Turns what is thrown below it into problem details; what nobody expected is logged.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      let problem = Problem(any: error)
      if problem.status.code >= 500 {
        context.logger.error(
          "request failed", metadata: ["error": "\(error)", "path": "\(context.endpointPath ?? "")"])
      }
      return problem.response
    }
  }
}
