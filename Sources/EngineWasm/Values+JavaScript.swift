extension [UInt8] {
  /// What JavaScript has put at `start`.
  init(_ start: UnsafePointer<UInt8>, _ count: Int) {
    self.init(UnsafeBufferPointer(start: start, count: count))
  }
}

extension String {
  init(_ text: StaticString) {
    self.init(decoding: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), as: UTF8.self)
  }
}
