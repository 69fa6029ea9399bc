import Foundation
import Linear

/// Runs mutations for `FLEXATAR_FUZZ_SECONDS` (default 1) from `FLEXATAR_FUZZ_SEED` (default 1) on. A round depends on its
/// seed alone: the last seed on the error output before a crash, given again, repeats it within the next 1000 rounds.
public enum Fuzz {
  /// - Parameters:
  ///   - name: what is tried, for the error output.
  ///   - rounds: run at least so many, however long it takes.
  ///   - body: one round; true where the reader took what it was given.
  /// - Returns: rounds run and taken.
  @discardableResult
  public static func run(
    _ name: String, atLeast rounds: Int, _ body: (inout SeededRandom) throws -> Bool
  ) rethrows -> (rounds: Int, taken: Int) {
    let environment = ProcessInfo.processInfo.environment
    let seconds = Double(environment["FLEXATAR_FUZZ_SECONDS"] ?? "") ?? 1
    let seed = UInt64(environment["FLEXATAR_FUZZ_SEED"] ?? "") ?? 1
    let end = Date().addingTimeInterval(seconds)
    var done = 0
    var taken = 0
    while done < rounds || Date() < end {
      if done % 1000 == 0 { say("fuzz \(name): seed \(seed &+ UInt64(done))") }
      var random = SeededRandom(seed: seed &+ UInt64(done))
      if try body(&random) { taken += 1 }
      done += 1
    }
    say("fuzz \(name): \(done) rounds, \(taken) taken")
    return (done, taken)
  }

  private static func say(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}
