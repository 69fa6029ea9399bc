/// What Swift's runtime asks the C library for to seed its hashing. A constant will do: nothing hashes strangers' keys here,
/// and the C library's own would drag in its files, its formatting and imports that a browser does not have.
@_cdecl("arc4random_buf")
func arc4random_buf(_ buffer: UnsafeMutableRawPointer, _ count: Int) {
  for i in 0..<count {
    buffer.storeBytes(of: UInt8(truncatingIfNeeded: 0x9E &+ i &* 0x3D), toByteOffset: i, as: UInt8.self)
  }
}
