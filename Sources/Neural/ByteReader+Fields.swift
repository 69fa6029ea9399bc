import Bytes

extension NeuralError: ByteFailure {
  public static var pastEnd: NeuralError { .truncated }
}

/// FlatBuffers' fields as `Int`, at their offsets.
extension ByteReader<NeuralError> {
  func u8(_ offset: Int) throws(NeuralError) -> Int { Int(try uint8(at: offset)) }

  func u16(_ offset: Int) throws(NeuralError) -> Int { Int(try uint16(at: offset)) }

  func i32(_ offset: Int) throws(NeuralError) -> Int { Int(Int32(bitPattern: try uint32(at: offset))) }

  /// An unsigned field read as an offset or a count; above 2^31 - 1 it cannot be one (`Int` has 32 bits in WebAssembly).
  func size(_ offset: Int) throws(NeuralError) -> Int {
    let value = try uint32(at: offset)
    guard value <= 0x7FFF_FFFF else { throw .truncated }
    return Int(value)
  }

  func float(_ offset: Int) throws(NeuralError) -> Float { Float(bitPattern: try uint32(at: offset)) }
}
