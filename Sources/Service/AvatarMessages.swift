import Backend
import Foundation
import Objects

// What is sent and got about avatars and films.

/// A user, or nobody: the customer itself.
struct UserOrNone: Decodable {
  let authtype, user: String?

  /// - Throws: `BackendError.invalid` where only half of it is there.
  var name: UserName? {
    get throws {
      guard authtype != nil || user != nil else { return nil }
      guard let authtype, let user else { throw BackendError.invalid("authtype and user go together.") }
      return try UserName(authtype: authtype, user: user)
    }
  }
}

/// Which of several people in the photo an avatar is ordered of.
struct AvatarRequest: Codable {
  /// Pixels of the photo, upright.
  struct Place: Codable {
    let x, y: Double
  }

  /// Where the face's middle is; nil: the only or clearly largest one.
  let face: Place?

  /// As the job keeps it.
  /// - Throws: `BackendError.invalid` where no photo has such a place.
  var kept: String {
    get throws {
      guard face.map({ Self.side ~= $0.x && Self.side ~= $0.y }) ?? true else {
        throw BackendError.invalid("face: x and y are numbers from 0 to 20000.")
      }
      return JSONText.encode(self)
    }
  }

  private static let side: ClosedRange<Double> = 0...20_000
}

/// Whose avatar a customer's server orders, and of which face.
struct AvatarOrder: Decodable {
  let owner: UserOrNone
  let request: AvatarRequest

  init(from decoder: any Decoder) throws {
    (owner, request) = try (UserOrNone(from: decoder), AvatarRequest(from: decoder))
  }
}

struct AvatarID: Decodable {
  let id: String
}

/// An order that was taken.
struct OrderAnswer: Encodable {
  let id: String
  /// Where the photo, or the sound, is to be posted; none where the sound came with the order.
  let link: UploadForm?
  /// Tells how it is getting on, to whoever has the address.
  let poll: String
}

/// Instead of an answer, where a user's limit is reached: the contract's client tells the user.
struct BlockAnswer: Encodable {
  let block: String
}

struct LinkAnswer: Encodable {
  let link: String
}

/// How a job has ended.
struct PollAnswer: Encodable {
  let success: Bool
  let id: String
  let card: AvatarCard?
  /// `bad_photo`, or what else was wrong; then `code` and `message` say why.
  let error, code, message: String?

  init(_ job: Job) {
    id = job.id
    success = job.state == .done && job.deletedAt == nil
    card = success ? AvatarCard(job) : nil
    let failure =
      success
      ? nil
      : job.error.flatMap { try? JSONDecoder().decode(JobFailure.self, from: Data($0.utf8)) }
        ?? JobFailure("deleted", "It was deleted.")
    (error, code, message) = (failure?.error, failure?.code, failure?.message)
  }
}

/// What is known of a finished avatar.
struct AvatarCard: Codable {
  struct Warning: Codable {
    let code, message: String
  }

  /// Of the `.ftar` file.
  let bytes: Int
  /// That its creation took.
  let seconds: Double
  /// What could be better about the photo.
  let warnings: [Warning]

  init?(_ job: Job) {
    guard job.kind == .creation, let text = job.answer,
      let card = try? JSONDecoder().decode(Self.self, from: Data(text.utf8))
    else { return nil }
    self = card
  }
}

struct AvatarList: Encodable {
  let list: [AvatarItem]
}

struct AvatarItem: Encodable {
  let id: String
  let authtype, user: String?
  let testing: Bool
  /// Seconds since 1970.
  let created: Int
  /// Temporary addresses of the files.
  let ftar, preview: String
  let card: AvatarCard?
}
