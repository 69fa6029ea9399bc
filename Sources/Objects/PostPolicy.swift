import Crypto
import Foundation

/// S3's POST policy, signed by AWS Signature Version 4: makes forms for uploads and, for a store of our own, checks
/// them. Source: "Authenticating Requests: Browser-Based Uploads Using POST" in Amazon's S3 API reference.
public struct PostPolicy: Sendable {
  public let bucket: String
  public let region: String
  public let accessKey: String
  private let secret: String
  private let token: String?

  /// - Parameter token: a session's, where the key is temporary.
  public init(bucket: String, region: String, accessKey: String, secret: String, token: String? = nil) {
    (self.bucket, self.region, self.accessKey, self.secret) = (bucket, region, accessKey, secret)
    self.token = token
  }

  static let algorithm = "AWS4-HMAC-SHA256"

  /// The fields of a form.
  public func fields(for key: ObjectKey, limits: UploadLimits, now: Date) -> [String: String] {
    let time = AWSTime(now)
    var fields = [
      "key": key.text, "x-amz-algorithm": Self.algorithm, "x-amz-credential": "\(accessKey)/\(scope(time.day))",
      "x-amz-date": time.text,
    ]
    if let token { fields["x-amz-security-token"] = token }
    let equal = fields.sorted { $0.key < $1.key }.map { #"{"\#($0.key)":"\#($0.value)"}"# }
    let conditions =
      [#"{"bucket":"\#(bucket)"}"#] + equal
      + ["[\"content-length-range\",\(limits.bytes.lowerBound),\(limits.bytes.upperBound)]"]
    let end = now.addingTimeInterval(Double(limits.seconds)).formatted(.iso8601)
    let policy = #"{"expiration":"\#(end)","conditions":[\#(conditions.joined(separator: ","))]}"#
    let encoded = Data(policy.utf8).base64EncodedString()
    fields["policy"] = encoded
    fields["x-amz-signature"] = signature(of: encoded, day: time.day)
    return fields
  }

  /// What a form allows.
  public struct Grant: Equatable, Sendable {
    public let key: ObjectKey
    public let bytes: ClosedRange<Int>
  }

  /// Why a form is refused: S3's code, and a sentence.
  public struct Refusal: Error, Equatable, Sendable {
    public let code: String
    public let message: String

    public init(code: String, message: String) { (self.code, self.message) = (code, message) }
  }

  /// Checks a form's fields, names in lowercase: the signature, the time, and that every field meets a condition.
  public func check(_ fields: [String: String], now: Date) throws(Refusal) -> Grant {
    guard let encoded = fields["policy"], let signature = fields["x-amz-signature"],
      fields["x-amz-algorithm"] == Self.algorithm, let date = fields["x-amz-date"],
      fields["x-amz-credential"] == "\(accessKey)/\(scope(String(date.prefix(8))))",
      Self.isEqual(signature, self.signature(of: encoded, day: String(date.prefix(8))))
    else { throw Self.denied("The form is not signed by this service.") }
    guard let data = Data(base64Encoded: encoded), let policy = try? JSONDecoder().decode(Policy.self, from: data),
      let end = try? Date(policy.expiration, strategy: .iso8601)
    else { throw Refusal(code: "InvalidPolicyDocument", message: "The policy cannot be read.") }
    guard now < end else { throw Self.denied("Invalid according to Policy: Policy expired.") }
    var bytes: ClosedRange<Int>?
    var open = Set(fields.keys).subtracting(["policy", "x-amz-signature"])
    for condition in policy.conditions {
      switch condition {
      case .equal(let name, let value):
        guard (name == "bucket" ? bucket : fields[name]) == value else { throw Self.unmet(name) }
        open.remove(name)
      case .prefix(let name, let value):
        guard let text = fields[name], text.hasPrefix(value) else { throw Self.unmet(name) }
        open.remove(name)
      case .length(let range): bytes = range
      }
    }
    if let name = open.sorted().first(where: { !$0.hasPrefix("x-ignore-") }) {
      throw Self.denied("Invalid according to Policy: Extra input fields: \(name)")
    }
    guard let key = fields["key"].flatMap(ObjectKey.init), let bytes else {
      throw Self.denied("The form names no key or no length.")
    }
    return Grant(key: key, bytes: bytes)
  }

  private static func denied(_ message: String) -> Refusal { Refusal(code: "AccessDenied", message: message) }
  private static func unmet(_ name: String) -> Refusal {
    denied("Invalid according to Policy: Policy Condition failed: \(name)")
  }

  private func scope(_ day: String) -> String { "\(day)/\(region)/s3/aws4_request" }

  private func signature(of text: String, day: String) -> String {
    AWSTime.hexadecimal(
      AWSTime.code(text, AWSTime.signingKey(secret: secret, day: day, region: region)))
  }

  /// Whether two texts are the same, in a time that does not tell where they differ.
  package static func isEqual(_ a: String, _ b: String) -> Bool {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    guard a.count == b.count else { return false }
    return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  private struct Policy: Decodable {
    let expiration: String
    let conditions: [Condition]
  }

  private enum Condition: Decodable {
    case equal(String, String)
    case prefix(String, String)
    case length(ClosedRange<Int>)

    init(from decoder: any Decoder) throws {
      if let pair = try? decoder.singleValueContainer().decode([String: String].self), pair.count == 1 {
        self = .equal(pair.first!.key.lowercased(), pair.first!.value)
        return
      }
      var list = try decoder.unkeyedContainer()
      let kind = try list.decode(String.self)
      func wrong() -> DecodingError { .dataCorruptedError(in: list, debugDescription: "no condition") }
      switch kind {
      case "content-length-range":
        let (low, high) = (try list.decode(Int.self), try list.decode(Int.self))
        guard low <= high else { throw wrong() }
        self = .length(low...high)
      case "eq", "starts-with":
        let name = try list.decode(String.self)
        guard name.hasPrefix("$") else { throw wrong() }
        let field = name.dropFirst().lowercased()
        let value = try list.decode(String.self)
        self = kind == "eq" ? .equal(field, value) : .prefix(field, value)
      default: throw wrong()
      }
    }
  }
}

/// Times and keys of AWS Signature Version 4.
struct AWSTime {
  /// `20261127T062500Z`.
  let text: String

  init(_ moment: Date) {
    text = String(moment.formatted(.iso8601).filter { !"-:".contains($0) })
  }

  var day: String { String(text.prefix(8)) }

  static func signingKey(secret: String, day: String, region: String) -> SymmetricKey {
    [day, region, "s3", "aws4_request"].reduce(SymmetricKey(data: Data("AWS4\(secret)".utf8))) {
      SymmetricKey(data: code($1, $0))
    }
  }

  static func code(_ text: String, _ key: SymmetricKey) -> HMAC<SHA256>.MAC {
    HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
  }

  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
