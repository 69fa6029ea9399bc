import Foundation

/// Keeps files by key: photos until they were worked on, avatars and films for as long as their users want them.
public protocol ObjectStore: Sendable {
  /// Stores a copy of a file: wholly or not at all.
  func put(_ path: String, at key: ObjectKey) async throws(ObjectError)
  /// Copies an object into a file; false where there is none.
  func fetch(_ key: ObjectKey, to path: String) async throws(ObjectError) -> Bool
  func contains(_ key: ObjectKey) async throws(ObjectError) -> Bool
  /// Removes an object; one that is not there is no error.
  func remove(_ key: ObjectKey) async throws(ObjectError)
  /// Objects whose keys begin with `folder/` and which were written before `end`, in no order.
  func keys(under folder: String, before end: Date) async throws(ObjectError) -> [ObjectKey]
  /// Clears away what writers that were killed have left.
  func sweep(now: Date) async
  /// A browser's right to upload one object by a form.
  /// - Parameter site: this service's own address, `https://example.com`.
  func form(for key: ObjectKey, limits: UploadLimits, now: Date, site: String) -> UploadForm
  /// An address that opens one object for anybody until `now` + `seconds`.
  /// - Parameter name: the name that a browser saves it under.
  func link(to key: ObjectKey, name: String, now: Date, seconds: Int, site: String) -> String
}

/// What an upload may be.
public struct UploadLimits: Equatable, Sendable {
  public var bytes: ClosedRange<Int>
  /// How long the form is good for.
  public var seconds: Int

  public init(bytes: ClosedRange<Int>, seconds: Int) { (self.bytes, self.seconds) = (bytes, seconds) }
}

/// Where to post a form of `multipart/form-data`, and its fields: all of them, then `file`.
public struct UploadForm: Equatable, Codable, Sendable {
  public let url: String
  public let fields: [String: String]
}

/// A store that does not do what it should.
public struct ObjectError: Error, Equatable, Sendable {
  public let message: String

  public init(_ message: String) { self.message = message }
}
