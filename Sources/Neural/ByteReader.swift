/// Little-endian fields of a byte array, every access checked against its end.
struct ByteReader {
  let bytes: [UInt8]

  /// `count` bytes from `offset` lie inside.
  func check(_ offset: Int, _ count: Int) throws(NeuralError) {
    guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else { throw .truncated }
  }

  func u8(_ offset: Int) throws(NeuralError) -> Int {
    try check(offset, 1)
    return Int(bytes[offset])
  }

  func u16(_ offset: Int) throws(NeuralError) -> Int {
    try check(offset, 2)
    return Int(bytes[offset]) | Int(bytes[offset + 1]) << 8
  }

  func u32(_ offset: Int) throws(NeuralError) -> UInt32 {
    try check(offset, 4)
    return UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16
      | UInt32(bytes[offset + 3]) << 24
  }

  func i32(_ offset: Int) throws(NeuralError) -> Int {
    Int(Int32(bitPattern: try u32(offset)))
  }

  /// An unsigned field read as an offset or a count; above 2^31 - 1 it cannot be one (`Int` has 32 bits in WebAssembly).
  func size(_ offset: Int) throws(NeuralError) -> Int {
    let value = try u32(offset)
    guard value <= 0x7FFF_FFFF else { throw .truncated }
    return Int(value)
  }

  func float(_ offset: Int) throws(NeuralError) -> Float {
    Float(bitPattern: try u32(offset))
  }
}
