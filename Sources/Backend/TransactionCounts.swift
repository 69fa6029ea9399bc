import Synchronization

/// How many transactions a backend has run since it was opened.
public final class TransactionCounts: Sendable {
  private let readCount = Atomic<Int>(0)
  private let writeCount = Atomic<Int>(0)

  public var reads: Int { readCount.load(ordering: .relaxed) }
  public var writes: Int { writeCount.load(ordering: .relaxed) }

  func add(writing: Bool) {
    // Atomics are not copied, so neither is chosen as a value.
    if writing { writeCount.add(1, ordering: .relaxed) } else { readCount.add(1, ordering: .relaxed) }
  }
}
