import Crypto
import Foundation

/// Signs requests to S3 by AWS Signature Version 4, in headers or in the address.
/// Source: "Authenticating Requests (AWS Signature Version 4)" in Amazon's S3 API reference.
package struct S3Signer: Sendable {
  let credentials: S3Credentials
  let region: String

  package init(credentials: S3Credentials, region: String) { (self.credentials, self.region) = (credentials, region) }

  /// The digest of no body.
  package static let nothing = AWSTime.hexadecimal(SHA256.hash(data: Data()))

  /// A request, its path written as it is sent.
  package struct Request {
    var method: String
    var host: String
    var path: String
    var query: [String: String]

    package init(method: String, host: String, path: String, query: [String: String] = [:]) {
      (self.method, self.host, self.path, self.query) = (method, host, path, query)
    }
  }

  /// The headers to send, `Host` aside.
  /// - Parameter digest: SHA-256 of the body in hexadecimal.
  package func headers(for request: Request, digest: String, now: Date) -> [String: String] {
    let time = AWSTime(now)
    var headers = ["x-amz-content-sha256": digest, "x-amz-date": time.text]
    if let token = credentials.token { headers["x-amz-security-token"] = token }
    let signed = headers.merging(["host": request.host]) { $1 }
    let signature = signature(of: request, headers: signed, digest: digest, time)
    headers["authorization"] =
      "\(PostPolicy.algorithm) Credential=\(credentials.accessKey)/\(scope(time)),"
      + "SignedHeaders=\(Self.names(signed)),Signature=\(signature)"
    return headers
  }

  /// The query of an address that anybody may open for `seconds`.
  package func query(for request: Request, seconds: Int, now: Date) -> String {
    let time = AWSTime(now)
    var request = request
    request.query["X-Amz-Algorithm"] = PostPolicy.algorithm
    request.query["X-Amz-Credential"] = "\(credentials.accessKey)/\(scope(time))"
    request.query["X-Amz-Date"] = time.text
    request.query["X-Amz-Expires"] = String(seconds)
    request.query["X-Amz-SignedHeaders"] = "host"
    if let token = credentials.token { request.query["X-Amz-Security-Token"] = token }
    let signature = signature(of: request, headers: ["host": request.host], digest: "UNSIGNED-PAYLOAD", time)
    return "\(Self.text(request.query))&X-Amz-Signature=\(signature)"
  }

  /// A query in the order and the spelling that is signed.
  static func text(_ query: [String: String]) -> String {
    query.map { (encoded($0.key), encoded($0.value)) }.sorted { $0.0 < $1.0 }.map { "\($0.0)=\($0.1)" }
      .joined(separator: "&")
  }

  private func signature(of request: Request, headers: [String: String], digest: String, _ time: AWSTime) -> String {
    let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)\n" }.joined()
    let canonical = [
      request.method, request.path, Self.text(request.query), lines, Self.names(headers), digest,
    ].joined(separator: "\n")
    let text = [
      PostPolicy.algorithm, time.text, scope(time), AWSTime.hexadecimal(SHA256.hash(data: Data(canonical.utf8))),
    ].joined(separator: "\n")
    let key = AWSTime.signingKey(secret: credentials.secret, day: time.day, region: region)
    return AWSTime.hexadecimal(AWSTime.code(text, key))
  }

  private func scope(_ time: AWSTime) -> String { "\(time.day)/\(region)/s3/aws4_request" }

  private static func names(_ headers: [String: String]) -> String { headers.keys.sorted().joined(separator: ";") }

  /// Everything but letters, digits and -._~ as %XX.
  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      switch byte {
      case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
        String(UnicodeScalar(byte))
      default: "%" + AWSTime.hexadecimal([byte]).uppercased()
      }
    }.joined()
  }
}
