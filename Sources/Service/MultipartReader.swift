import NIOCore

/// Reads `multipart/form-data` (RFC 7578) as it arrives: the fields before the file are kept, the file is handed on
/// piece by piece, and what comes behind it is passed over, as S3 does.
package struct MultipartReader {
  package enum Event: Equatable {
    /// All fields before the file, names in lowercase.
    case fields([String: String])
    case file([UInt8])
    case end
  }

  /// The form is damaged, too large, or has no file.
  package struct Malformed: Error, Equatable {}

  private enum State {
    case preamble, headers, field(String), file, done
  }

  /// Bytes of all fields and heads together.
  private static let limit = 65_536

  private let delimiter: [UInt8]
  private var pending: [UInt8]
  private var state = State.preamble
  private var fields: [String: String] = [:]
  private var room = Self.limit

  /// - Parameter contentType: `multipart/form-data; boundary=…`; nil where it is anything else.
  package init?(contentType: String) {
    let parts = contentType.split(separator: ";").map { $0.trimmingPrefix { $0 == " " } }
    guard parts.first?.lowercased() == "multipart/form-data",
      var boundary = parts.dropFirst().first(where: { $0.lowercased().hasPrefix("boundary=") })?.dropFirst(9)
    else { return nil }
    if boundary.count >= 2, boundary.hasPrefix("\""), boundary.hasSuffix("\"") {
      boundary = boundary.dropFirst().dropLast()
    }
    guard (1...70).contains(boundary.utf8.count) else { return nil }
    delimiter = Array("\r\n--\(boundary)".utf8)
    // The first delimiter has no line before it.
    pending = [13, 10]
  }

  /// Takes the next bytes of the body.
  package mutating func read(_ bytes: some Sequence<UInt8>) throws -> [Event] {
    if case .done = state { return [] }
    pending += bytes
    var events: [Event] = []
    while try step(&events) {}
    return events
  }

  /// The body is over.
  package func finish() throws {
    guard case .done = state else { throw Malformed() }
  }

  /// One step; false when more bytes are needed for it.
  private mutating func step(_ events: inout [Event]) throws -> Bool {
    switch state {
    case .preamble:
      guard try take(through: delimiter, limited: true) != nil else { return false }
      state = .headers
    case .headers:
      // "--" behind a delimiter: the form ends without a file.
      if pending.starts(with: Array("--".utf8)) { throw Malformed() }
      guard let head = try take(through: Array("\r\n\r\n".utf8), limited: true) else { return false }
      let name = try Self.name(head)
      if name == "file" {
        state = .file
        events.append(.fields(fields))
      } else {
        state = .field(name)
      }
    case .field(let name):
      guard let value = try take(through: delimiter, limited: true) else { return false }
      guard fields[name] == nil, let text = String(validating: value, as: UTF8.self) else { throw Malformed() }
      fields[name] = text
      state = .headers
    case .file:
      if let bytes = try take(through: delimiter, limited: false) {
        state = .done
        pending = []
        events += [.file(bytes), .end]
        return false
      }
      // What might be the beginning of the delimiter stays.
      let count = pending.count - delimiter.count
      guard count > 0 else { return false }
      events.append(.file(Array(pending.prefix(count))))
      pending.removeFirst(count)
      return false
    case .done: return false
    }
    return true
  }

  /// What comes before `mark`, which goes with it.
  private mutating func take(through mark: [UInt8], limited: Bool) throws -> [UInt8]? {
    guard let at = Self.find(mark, in: pending) else {
      if limited && pending.count > room { throw Malformed() }
      return nil
    }
    if limited {
      room -= at + mark.count
      guard room >= 0 else { throw Malformed() }
    }
    let found = Array(pending[..<at])
    pending.removeFirst(at + mark.count)
    return found
  }

  private static func find(_ mark: [UInt8], in bytes: [UInt8]) -> Int? {
    guard bytes.count >= mark.count else { return nil }
    return bytes.withUnsafeBufferPointer { bytes in
      var i = 0
      while i <= bytes.count - mark.count {
        if bytes[i] == mark[0], (1..<mark.count).allSatisfy({ bytes[i + $0] == mark[$0] }) { return i }
        i += 1
      }
      return nil
    }
  }

  /// The `name` of a part, from its head.
  private static func name(_ head: [UInt8]) throws -> String {
    guard let text = String(validating: head, as: UTF8.self) else { throw Malformed() }
    for line in text.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
      for part in line.split(separator: ";").dropFirst() {
        let part = part.trimmingPrefix { $0 == " " }
        guard part.lowercased().hasPrefix("name=") else { continue }
        let name = part.dropFirst(5).filter { $0 != "\"" }.lowercased()
        guard !name.isEmpty else { break }
        return name
      }
    }
    throw Malformed()
  }
}
