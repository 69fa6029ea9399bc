import Testing

import Service

@Suite("Forms as they arrive")
struct MultipartReaderTests {
  private static let type = "multipart/form-data; boundary=\"b 1\""

  private static func form(_ parts: [(String, String)], end: String = "--\r\n") -> [UInt8] {
    Array(
      (parts.map { "--b 1\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n" }.joined() + "--b 1"
        + end).utf8)
  }

  /// Fields and file of a form that comes in pieces of `count` bytes.
  private func read(_ bytes: [UInt8], by count: Int, type: String = type) throws -> ([String: String]?, [UInt8]) {
    var reader = try #require(MultipartReader(contentType: type))
    var fields: [String: String]?
    var file: [UInt8] = []
    var at = 0
    while at < bytes.count {
      for event in try reader.read(bytes[at..<min(at + count, bytes.count)]) {
        switch event {
        case .fields(let found): fields = found
        case .file(let piece): file += piece
        case .end: break
        }
      }
      at += count
    }
    try reader.finish()
    return (fields, file)
  }

  @Test("are read in pieces of any size, whatever is in the file", arguments: [1, 2, 3, 7, 64, 100_000])
  func pieces(count: Int) throws {
    let content = "\r\n--b\r\n--b 2 \u{0}\r\n\r\n-- b 1"
    let form = Self.form([("Key", "uploads/x"), ("policy", ""), ("file", content), ("behind", "it")])
    let (fields, file) = try read(form, by: count)
    #expect(fields == ["key": "uploads/x", "policy": ""])
    #expect(file == Array(content.utf8))
    #expect(try read(Self.form([("file", "")]), by: count).1.isEmpty)
  }

  @Test(
    "that are damaged, cut off or have no file are refused",
    arguments: [
      form([("key", "x")]), form([("key", "x"), ("file", "y")]).dropLast(9), Array("nothing".utf8), [],
      form([("key", "x"), ("key", "y"), ("file", "z")]), form([("", "x"), ("file", "z")]),
      form([("key", String(repeating: "x", count: 70_000)), ("file", "z")]),
      Array("--b 1\r\nContent-Type: text/plain\r\n\r\nx\r\n--b 1--".utf8),
    ] as [[UInt8]])
  func damaged(form: [UInt8]) {
    #expect(throws: MultipartReader.Malformed.self) { try read(Array(form), by: 50) }
  }

  @Test("that never end cost no memory")
  func endless() throws {
    var reader = try #require(MultipartReader(contentType: Self.type))
    let line = [UInt8](repeating: 45, count: 10_000)
    #expect(throws: MultipartReader.Malformed.self) { for _ in 0..<20 { _ = try reader.read(line) } }
  }

  @Test(
    "are told from other bodies",
    arguments: [
      "", "application/json", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x",
    ])
  func types(type: String) {
    #expect(MultipartReader(contentType: type) == nil)
  }
}
