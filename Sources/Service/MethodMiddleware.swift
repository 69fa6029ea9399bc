import HTTPTypes
import Hummingbird

/// Answers 405 to other methods than those that a path has, and says which these are. Paths that are not listed pass; a
/// last `*` stands for any one name.
struct MethodMiddleware: RouterMiddleware {
  let methods: [String: [HTTPRequest.Method]]

  func handle(
    _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
  ) async throws -> Response {
    let path = request.uri.path
    let family = path.lastIndex(of: "/").map { path[...$0] + "*" } ?? ""
    if let allowed = methods[path] ?? methods[family], !allowed.contains(request.method) {
      var problem = Problem(.methodNotAllowed, "method_not_allowed", "There is no such method here.")
      problem.allow = allowed.map(\.rawValue).joined(separator: ", ")
      throw problem
    }
    return try await next(request, context)
  }
}
