import Foundation

/// Where a bucket is: `s3://BUCKET?region=REGION`, with `&endpoint=https://HOST` for a store that is not Amazon's.
public struct S3Location: Equatable, Sendable {
  public let bucket: String
  public let region: String
  /// `https://HOST`, and the path before keys: empty where the bucket is part of the host.
  package let origin: String
  package let basePath: String

  /// Nil for what names no bucket or no region. Buckets are lowercase letters, digits and hyphens.
  public init?(_ text: String) {
    guard let parts = URLComponents(string: text), parts.scheme == "s3", let bucket = parts.host,
      (3...63).contains(bucket.utf8.count), parts.path.isEmpty || parts.path == "/", parts.user == nil,
      bucket.utf8.allSatisfy({ 97...122 ~= $0 || 48...57 ~= $0 || $0 == UInt8(ascii: "-") })
    else { return nil }
    let options = Dictionary(
      (parts.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
    guard let region = options["region"], !region.isEmpty, Set(options.keys).isSubset(of: ["region", "endpoint"])
    else { return nil }
    (self.bucket, self.region) = (bucket, region)
    guard let endpoint = options["endpoint"] else {
      (origin, basePath) = ("https://\(bucket).s3.\(region).amazonaws.com", "")
      return
    }
    guard let url = URLComponents(string: endpoint), url.scheme == "https" || url.scheme == "http", url.host != nil,
      url.path.isEmpty || url.path == "/", url.query == nil, url.user == nil
    else { return nil }
    (origin, basePath) = (endpoint.hasSuffix("/") ? String(endpoint.dropLast()) : endpoint, "/\(bucket)")
  }

  /// The `Host` of requests: without a port where it is the scheme's own.
  package var host: String {
    let url = URLComponents(string: origin)!
    let port = url.port.flatMap { $0 == (url.scheme == "https" ? 443 : 80) ? nil : ":\($0)" } ?? ""
    return url.host! + port
  }
}

/// Who asks S3: an access key and its secret, with a session's token where they are temporary.
public struct S3Credentials: Sendable {
  let accessKey: String
  let secret: String
  let token: String?

  public init(accessKey: String, secret: String, token: String? = nil) {
    (self.accessKey, self.secret, self.token) = (accessKey, secret, token)
  }

  /// From `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`; nil where one of the first two is missing.
  public init?(_ environment: [String: String]) {
    guard let accessKey = environment["AWS_ACCESS_KEY_ID"], let secret = environment["AWS_SECRET_ACCESS_KEY"] else {
      return nil
    }
    self.init(accessKey: accessKey, secret: secret, token: environment["AWS_SESSION_TOKEN"])
  }
}
