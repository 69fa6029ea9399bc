import Foundation
import Logging
import Service
import Testing

@Suite("A log line as JSON")
struct JSONLogHandlerTests {
  @Test("is one line with time, level, message and the metadata, whatever is in them")
  func line() throws {
    let text = JSONLogHandler.line(
      at: Date(timeIntervalSince1970: 0), .notice, "it \"is\"\nso", ["code": "a-b", "level": "forged"])
    #expect(!text.contains("\n"))
    let members = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
    #expect(
      members == ["time": "1970-01-01T00:00:00Z", "level": "notice", "message": "it \"is\"\nso", "code": "a-b"])
  }
}
