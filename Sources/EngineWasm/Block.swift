/// A block of memory that JavaScript reads or fills; it only grows.
final class Block<Element: BitwiseCopyable> {
  private(set) var pointer = UnsafeMutablePointer<Element>.allocate(capacity: 1)
  private var capacity = 1

  /// Room for at least `count` elements; what was inside may be lost.
  func reserve(_ count: Int) -> UnsafeMutablePointer<Element> {
    if count > capacity {
      pointer.deallocate()
      pointer = .allocate(capacity: count)
      capacity = count
    }
    return pointer
  }
}
