import Backend
import Foundation
import Hummingbird

extension Response {
  /// JSON that no cache keeps.
  static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
    .json(text: JSONText.encode(value), status: status)
  }

  static func json(text: String, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status,
      headers: [.contentType: "application/json", .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
      body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}

enum JSONText {
  private static let encoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()

  static func encode(_ value: some Encodable) -> String {
    // Of our own types, none of which can fail: no floating-point number is among them.
    return String(decoding: try! encoder.encode(value), as: UTF8.self)
  }

  /// Reads a request's JSON; an empty body is an empty object.
  /// - Throws: `BackendError.invalid`, which names the member that is missing or wrong.
  static func decode<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data((text.isEmpty ? "{}" : text).utf8))
    } catch let error as DecodingError {
      switch error {
      case .keyNotFound(let key, _): throw BackendError.invalid("\(key.stringValue) is missing.")
      case .typeMismatch(_, let context), .valueNotFound(_, let context):
        let name = context.codingPath.first?.stringValue ?? "The body"
        throw BackendError.invalid("\(name) is of the wrong type.")
      default: throw BackendError.invalid("The body is not JSON.")
      }
    }
  }
}

extension Decimal {
  /// Cents as a number of the currency itself, exactly.
  init(cents: Int) { self = Decimal(cents) / 100 }
}
