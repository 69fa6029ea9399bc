import Database
import Foundation
import Objects

/// Work that takes longer than a request: an avatar to create, a film to render.
public struct Job: Equatable, Sendable {
  public enum Kind: String, Sendable {
    case creation, film
  }

  public enum State: String, Sendable {
    /// For its upload.
    case waiting
    case queued, running, done, failed
  }

  public let id: String
  public let kind: Kind
  public let accountID: String
  public let subscriptionID: String?
  /// Whose it is; nil: the customer's own.
  public let user: UserName?
  /// Its pictures bear a mark.
  public let testing: Bool
  public let state: State
  /// What is to be done, JSON.
  public let request: String
  /// What came of it, JSON, once it is done.
  public let answer: String?
  /// Why it failed, JSON.
  public let error: String?
  let cents: Int
  public let createdAt: Date
  public let deletedAt: Date?
  /// Which try this is, from 1.
  public let attempt: Int

  /// Nobody works on it any more, nor will.
  public var hasEnded: Bool { state == .done || state == .failed || deletedAt != nil }

  static let columns =
    "id, kind, account_id, subscription_id, authtype, user_name, testing, state, request, answer, error, cents, "
    + "created_at, deleted_at, attempt"

  /// A row of `columns`.
  init(_ row: SQLRow) throws {
    guard let kind = Kind(rawValue: row[1]), let state = State(rawValue: row[7]) else {
      throw DatabaseError(.other, "a job of an unknown kind or state")
    }
    (id, self.kind, accountID, subscriptionID, self.state) = (row[0], kind, row[2], row.text(3), state)
    user = row.text(4).map { UserName(stored: $0, row[5]) }
    testing = row.truth(6)
    (request, answer, error) = (row[8], row.text(9), row.text(10))
    (cents, createdAt, deletedAt, attempt) = (row.count(11), row.moment(12)!, row.moment(13), row.count(14))
  }

  /// Where the uploaded file and the results lie in the object store.
  public static func uploadKey(of id: String) -> ObjectKey { ObjectKey("uploads/\(id)")! }
  public var uploadKey: ObjectKey { Self.uploadKey(of: id) }
  public var avatarKey: ObjectKey { ObjectKey("avatars/\(id).ftar")! }
  public var previewKey: ObjectKey { ObjectKey("avatars/\(id).jpg")! }
  public var filmKey: ObjectKey { ObjectKey("films/\(id).\(Self.filmEnding(wanted?.format))")! }
  /// Where a file lies that came with the order.
  public static func attachmentKey(_ name: String, of id: String) -> ObjectKey { ObjectKey("uploads/\(id).\(name)")! }

  /// How a film's name ends: pictures of a film are one archive.
  public static func filmEnding(_ format: String?) -> String {
    switch format {
    case "webm", "mov", "mkv": format!
    case "png": "tar"
    default: "mp4"
    }
  }

  /// What the keys need of a film's request.
  private struct Wanted: Decodable {
    let format: String?
    /// Names of the files that came with the order.
    let attached: [String]?
  }
  private var wanted: Wanted? { try? JSONDecoder().decode(Wanted.self, from: Data(request.utf8)) }

  var keys: [ObjectKey] { sourceKeys + resultKeys }

  /// Of no use once the job has ended.
  var sourceKeys: [ObjectKey] {
    [uploadKey] + (wanted?.attached ?? []).map { Self.attachmentKey($0, of: id) }
  }

  var resultKeys: [ObjectKey] {
    switch kind {
    case .creation: [avatarKey, previewKey]
    case .film: [filmKey]
    }
  }
}
