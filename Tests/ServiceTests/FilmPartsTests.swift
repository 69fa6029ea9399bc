import Foundation
import Testing

import Service

@Suite struct FilmPartsTests {
  /// As long as files grow, work goes on, many times the patience; then it is cancelled.
  @Test func workGoesOnWhileItGetsOn() async throws {
    let parts = try FilmParts("test-\(UInt32.random(in: 0 ... .max))")
    defer { parts.remove() }
    let patience = Duration.milliseconds(800)
    let answer = try await parts.whileGrowing(patience: patience, limit: 1000) {
      for k in 1...12 {
        try Data(count: k).write(to: URL(fileURLWithPath: parts.path("part")))
        try await Task.sleep(for: patience / 4)
      }
      return "made"
    }
    guard case .ended("made") = answer else {
      Issue.record("\(answer)")
      return
    }

    let begin = ContinuousClock.now
    let none = try await parts.whileGrowing(patience: patience, limit: 1000) {
      try await Task.sleep(for: .seconds(600))
      return "never"
    }
    guard case .stuck = none else {
      Issue.record("\(none)")
      return
    }
    #expect(ContinuousClock.now - begin > patience)
  }

  @Test func whatGrowsTooLargeIsGivenUp() async throws {
    let parts = try FilmParts("test-\(UInt32.random(in: 0 ... .max))")
    defer { parts.remove() }
    let work = try await parts.whileGrowing(patience: .seconds(4), limit: 1000) {
      try Data(count: 2000).write(to: URL(fileURLWithPath: parts.path("part")))
      try await Task.sleep(for: .seconds(600))
      return "never"
    }
    guard case .tooLarge = work else {
      Issue.record("\(work)")
      return
    }
  }

  @Test func whatFailsIsTold() async throws {
    let parts = try FilmParts("test-\(UInt32.random(in: 0 ... .max))")
    defer { parts.remove() }
    await #expect(throws: CocoaError.self) {
      _ = try await parts.whileGrowing(patience: .seconds(60), limit: 1000) { () -> String in
        throw CocoaError(.fileNoSuchFile)
      }
    }
  }
}
