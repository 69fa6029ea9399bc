/// Lets so many through at a time; the others wait, and beyond a number of them are sent away: a public page cannot burn
/// the machine.
actor Turnstile {
  private var free: Int
  private let longestQueue: Int
  private var queue: [CheckedContinuation<Void, Never>] = []

  init(places: Int, queue: Int) { (free, longestQueue) = (places, queue) }

  /// - Throws: `busy`; whatever `work` throws.
  func pass<Result: Sendable>(_ work: @Sendable () async throws -> Result) async throws -> Result {
    if free > 0 {
      free -= 1
    } else {
      guard queue.count < longestQueue else {
        throw AgentFailure("busy", "The agent talks to too many people just now; try again in a moment.")
      }
      await withCheckedContinuation { queue.append($0) }
    }
    defer { leave() }
    return try await work()
  }

  private func leave() {
    if queue.isEmpty { free += 1 } else { queue.removeFirst().resume() }
  }
}
