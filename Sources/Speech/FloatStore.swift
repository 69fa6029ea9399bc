/// Memory for numbers that lives as long as its owner; the per-frame code works in such stores and allocates nothing.
package struct FloatStore: ~Copyable {
  package let base: UnsafeMutablePointer<Float>
  package let count: Int

  /// `count` zeros.
  package init(count: Int) {
    self.count = count
    base = UnsafeMutablePointer<Float>.allocate(capacity: max(1, count))
    base.initialize(repeating: 0, count: max(1, count))
  }

  deinit {
    base.deinitialize(count: max(1, count))
    base.deallocate()
  }

  package func fill(_ value: Float) { base.update(repeating: value, count: count) }

  /// Moves `length` numbers from index `source` to index `destination`; they may overlap.
  package func slide(from source: Int, to destination: Int, length: Int) {
    guard length > 0 else { return }
    if destination <= source {
      for index in 0..<length { base[destination + index] = base[source + index] }
    } else {
      for index in stride(from: length - 1, through: 0, by: -1) { base[destination + index] = base[source + index] }
    }
  }

  package subscript(index: Int) -> Float {
    get { base[index] }
    nonmutating set { base[index] = newValue }
  }
}
