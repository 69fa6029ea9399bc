/// Memory for buffers that live as long as their owner, so that a frame allocates nothing and loops see plain pointers.
final class Arena {
  private var blocks: [UnsafeMutableRawPointer] = []

  /// `count` elements, each `value`.
  func buffer<Element: BitwiseCopyable>(_ count: Int, _ value: Element) -> UnsafeMutableBufferPointer<Element> {
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, count))
    buffer.initialize(repeating: value)
    blocks.append(UnsafeMutableRawPointer(buffer.baseAddress!))
    return UnsafeMutableBufferPointer(rebasing: buffer[0..<count])
  }

  /// The elements of `array`.
  func buffer<Element: BitwiseCopyable>(_ array: [Element]) -> UnsafeMutableBufferPointer<Element> {
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, array.count))
    _ = buffer.initialize(from: array)
    blocks.append(UnsafeMutableRawPointer(buffer.baseAddress!))
    return UnsafeMutableBufferPointer(rebasing: buffer[0..<array.count])
  }

  deinit {
    for block in blocks { block.deallocate() }
  }
}
