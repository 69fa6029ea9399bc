import Foundation

/// Hands pictures and sound from the threads that make them to the one that encodes them. Pictures lie in a few fixed
/// places, so that their makers wait when the encoder is behind and memory stays small. A picture keeps its turn from when
/// it is put in, whoever fills its place, and whenever.
final class FrameQueue: @unchecked Sendable {
  struct Item {
    enum Kind {
      case picture(slot: Int, isBottomFirst: Bool)
      case sound([Float])
      case end
    }
    var kind: Kind
  }

  private let condition = NSCondition()
  private let slots: [UnsafeMutableRawBufferPointer]
  private var free: [Int]
  private var filled: Set<Int> = []
  private var items: [Item] = []
  private var failed: FilmError?
  /// Sound that may wait, items: it comes much faster than it is encoded where pictures are there already.
  private static let waiting = 256

  init(capacity: Int, bytes: Int) {
    slots = (0..<capacity).map { _ in UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 64) }
    free = Array(0..<capacity)
  }

  deinit {
    for slot in slots { slot.deallocate() }
  }

  /// What went wrong, if anything did.
  var failure: FilmError? {
    condition.lock()
    defer { condition.unlock() }
    return failed
  }

  func bytes(_ slot: Int) -> UnsafeMutableRawBufferPointer { slots[slot] }

  /// A place for a picture; waits for one. Nil after a failure.
  func take() -> Int? {
    condition.lock()
    defer { condition.unlock() }
    while free.isEmpty && failed == nil { condition.wait() }
    return failed == nil ? free.removeLast() : nil
  }

  /// Waits while too much waits already.
  func put(_ item: Item) {
    condition.lock()
    while items.count >= Self.waiting && failed == nil { condition.wait() }
    items.append(item)
    condition.broadcast()
    condition.unlock()
  }

  /// The picture in this place is whole.
  func fill(_ slot: Int) {
    condition.lock()
    filled.insert(slot)
    condition.broadcast()
    condition.unlock()
  }

  /// The next item; waits for one, and for its picture. Nil after a failure.
  func next() -> Item? {
    condition.lock()
    defer { condition.unlock() }
    while !isNextThere && failed == nil { condition.wait() }
    guard failed == nil else { return nil }
    if items.count == Self.waiting { condition.broadcast() }
    return items.removeFirst()
  }

  private var isNextThere: Bool {
    switch items.first?.kind {
    case nil: false
    case .picture(let slot, _): filled.contains(slot)
    case .sound, .end: true
    }
  }

  func giveBack(_ slot: Int) {
    condition.lock()
    filled.remove(slot)
    free.append(slot)
    condition.broadcast()
    condition.unlock()
  }

  /// Ends everything that waits. The first reason stays.
  func fail(_ reason: FilmError) {
    condition.lock()
    if failed == nil { failed = reason }
    condition.broadcast()
    condition.unlock()
  }
}
