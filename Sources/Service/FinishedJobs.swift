import Synchronization

/// Answers to polls of jobs that are done, by the last part of their addresses, which was right: a page that asks often is
/// answered the same until the job is deleted, and whether it is, is looked at each time.
final class FinishedJobs: Sendable {
  /// So many are remembered at most.
  private static let limit = 4096

  private let answers = Mutex<[String: String]>([:])

  func answer(to capability: String) -> String? { answers.withLock { $0[capability] } }

  func keep(_ answer: String, to capability: String) {
    answers.withLock { answers in
      if answers.count >= Self.limit { answers = [:] }
      answers[capability] = answer
    }
  }
}
