import Foundation
import Testing

import Service

@Suite struct FilmPartsTests {
  /// As long as files grow, work goes on, many times the patience; then it is cancelled.
  @Test func workGoesOnWhileItGetsOn() async throws {
    let parts = try FilmParts("test-\(UInt32.random(in: 0 ... .max))")
    defer { parts.remove() }
    let patience = Duration.milliseconds(800)
    let answer = try await parts.whileGrowing(patience: patience) {
      for k in 1...12 {
        try Data(count: k).write(to: URL(fileURLWithPath: parts.path("part")))
        try await Task.sleep(for: patience / 4)
      }
      return "made"
    }
    #expect(answer == "made")

    let begin = ContinuousClock.now
    let none: String? = try await parts.whileGrowing(patience: patience) {
      try await Task.sleep(for: .seconds(600))
      return "never"
    }
    #expect(none == nil)
    #expect(ContinuousClock.now - begin > patience)
  }

  @Test func whatFailsIsTold() async throws {
    let parts = try FilmParts("test-\(UInt32.random(in: 0 ... .max))")
    defer { parts.remove() }
    await #expect(throws: CocoaError.self) {
      _ = try await parts.whileGrowing(patience: .seconds(60)) { () -> String in throw CocoaError(.fileNoSuchFile) }
    }
  }
}
