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

struct AvatarID: Decodable {
  let id: String
}

/// An order that was taken.
struct OrderAnswer: Encodable {
  let id: String
  /// Where the photo, or the sound, is to be posted.
  let link: UploadForm
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

/// What a film shall be.
struct FilmRequest: Codable {
  let flexatar: String
  let size, background: String?
  let fps: Int?
  let emotion: String?

  private static let emotions = ["joy", "anger", "sadness", "surprise", "disgust", "confusion", "neutral"]

  /// - Throws: `BackendError.invalid`.
  func check() throws {
    if let size {
      let sides = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
      guard sides.count == 2, sides.allSatisfy({ 64...1920 ~= $0 && $0 % 2 == 0 }) else {
        throw BackendError.invalid("size is WIDTHxHEIGHT, even numbers from 64 to 1920.")
      }
    }
    if let fps, !(1...60 ~= fps) { throw BackendError.invalid("fps is a number from 1 to 60.") }
    if let background {
      let digits = background.dropFirst()
      guard background == "photo" || background.hasPrefix("#") && digits.count == 6 && digits.allSatisfy(\.isHexDigit)
      else { throw BackendError.invalid("background is photo or a colour, #rrggbb.") }
    }
    if let emotion {
      let parts = emotion.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard Self.emotions.contains(String(parts[0])),
        parts.count == 1 || Double(parts[1]).map({ 0...1 ~= $0 }) == true
      else {
        throw BackendError.invalid(
          "emotion is one of \(Self.emotions.joined(separator: ", ")); =0 to 1 for its strength.")
      }
    }
  }

  /// For `flexatar video`.
  var arguments: [String] {
    var arguments: [String] = []
    if let size { arguments += ["--size", size] }
    if let fps { arguments += ["--fps", String(fps)] }
    if let background { arguments += ["--background", background] }
    if let emotion, !emotion.hasPrefix("neutral") { arguments += ["--emotion", emotion] }
    return arguments
  }
}
