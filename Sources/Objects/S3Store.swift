import AsyncHTTPClient
import Crypto
import Foundation
import NIOCore
import NIOHTTP1

/// Objects in a bucket of S3, or of a store that speaks as S3 does. Forms and links lead there, past this service.
public struct S3Store: ObjectStore {
  private let location: S3Location
  private let signer: S3Signer
  private let policy: PostPolicy

  /// How often a request is sent while the store answers that it is not well, or not at all.
  private static let attempts = 3
  private static let timeout = TimeAmount.minutes(5)

  public init(_ location: S3Location, credentials: S3Credentials) {
    self.location = location
    signer = S3Signer(credentials: credentials, region: location.region)
    policy = PostPolicy(
      bucket: location.bucket, region: location.region, accessKey: credentials.accessKey, secret: credentials.secret,
      token: credentials.token)
  }

  public func put(_ path: String, at key: ObjectKey) async throws(ObjectError) {
    let file: FileBody
    do { file = try FileBody(path) } catch { throw ObjectError("\(path) cannot be stored: \(error)") }
    _ = try await send("PUT", key.text, body: file) { _ in }
  }

  public func fetch(_ key: ObjectKey, to path: String) async throws(ObjectError) -> Bool {
    try await send("GET", key.text) { response -> Void in
      FileManager.default.createFile(atPath: path, contents: nil)
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      defer { try? file.close() }
      for try await buffer in response.body { try file.write(contentsOf: Data(buffer.readableBytesView)) }
    } != nil
  }

  public func contains(_ key: ObjectKey) async throws(ObjectError) -> Bool {
    try await send("HEAD", key.text) { _ in } != nil
  }

  public func remove(_ key: ObjectKey) async throws(ObjectError) { _ = try await send("DELETE", key.text) { _ in } }

  public func keys(under folder: String, before end: Date) async throws(ObjectError) -> [ObjectKey] {
    var keys: [ObjectKey] = []
    var next: String?
    repeat {
      var query = ["list-type": "2", "prefix": folder + "/"]
      if let next { query["continuation-token"] = next }
      let page = try await send("GET", nil, query: query) { response in
        S3Listing(String(buffer: try await response.body.collect(upTo: 4 << 20)))
      }
      guard let page else { throw ObjectError("the bucket \(location.bucket) is not there") }
      keys += page.objects.filter { $0.writtenAt < end }.map(\.key)
      next = page.next
    } while next != nil
    return keys
  }

  /// Nothing to do: what was not sent wholly is not there.
  public func sweep(now: Date) async {}

  public func form(for key: ObjectKey, limits: UploadLimits, now: Date, site: String) -> UploadForm {
    UploadForm(
      url: location.origin + (location.basePath.isEmpty ? "/" : location.basePath),
      fields: policy.fields(for: key, limits: limits, now: now))
  }

  public func link(to key: ObjectKey, name: String, now: Date, seconds: Int, site: String) -> String {
    let path = "\(location.basePath)/\(key.text)"
    let query = signer.query(
      for: .init(
        method: "GET", host: location.host, path: path,
        query: [
          "response-content-disposition": "attachment; filename=\"\(name)\"", "response-content-type": key.contentType,
        ]),
      seconds: seconds, now: now)
    return "\(location.origin)\(path)?\(query)"
  }

  /// Sends a request; `read` takes the answer, whose status is 2xx. Nil for 404.
  private func send<Answer: Sendable>(
    _ method: String, _ key: String?, query: [String: String] = [:], body: FileBody? = nil,
    _ read: @Sendable (HTTPClientResponse) async throws -> Answer
  ) async throws(ObjectError) -> Answer? {
    let path = key.map { "\(location.basePath)/\($0)" } ?? (location.basePath.isEmpty ? "/" : location.basePath)
    var reason = ""
    for attempt in 1...Self.attempts {
      var request = HTTPClientRequest(url: location.origin + path + (query.isEmpty ? "" : "?" + S3Signer.text(query)))
      request.method = HTTPMethod(rawValue: method)
      let headers = signer.headers(
        for: .init(method: method, host: location.host, path: path, query: query),
        digest: body?.digest ?? S3Signer.nothing, now: Date())
      for (name, value) in headers { request.headers.add(name: name, value: value) }
      if let body { request.body = .stream(body, length: .known(Int64(body.bytes))) }
      do {
        let response = try await HTTPClient.shared.execute(request, timeout: Self.timeout)
        if 200..<300 ~= response.status.code { return try await read(response) }
        let text = String(buffer: try await response.body.collect(upTo: 65_536))
        let code = S3Listing.text("Code", in: text[...]) ?? ""
        if response.status == .notFound, code != "NoSuchBucket" { return nil }
        reason = "\(response.status.code) \(code)"
        guard response.status.code >= 500 else { break }
      } catch {
        reason = "\(error)"
        if Task.isCancelled { break }
      }
      if attempt < Self.attempts { try? await Task.sleep(for: .milliseconds(200 * attempt)) }
    }
    throw ObjectError("the object store does not do \(method) \(key ?? location.bucket): \(reason)")
  }
}

/// A file as the body of a request, read as it is sent.
private struct FileBody: AsyncSequence, Sendable {
  let path: String
  let bytes: Int
  /// SHA-256 in hexadecimal.
  let digest: String

  init(_ path: String) throws {
    self.path = path
    var (hash, bytes) = (SHA256(), 0)
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
      hash.update(data: piece)
      bytes += piece.count
    }
    (digest, self.bytes) = (AWSTime.hexadecimal(hash.finalize()), bytes)
  }

  func makeAsyncIterator() -> Iterator { Iterator(path: path) }

  struct Iterator: AsyncIteratorProtocol {
    let path: String
    private var file: FileHandle?

    init(path: String) { self.path = path }

    mutating func next() async throws -> ByteBuffer? {
      if file == nil { file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path)) }
      guard let piece = try file?.read(upToCount: 1 << 20), !piece.isEmpty else { return nil }
      return ByteBuffer(bytes: piece)
    }
  }
}
