import Bytes

extension SpeechError: ByteFailure {
  public static var pastEnd: SpeechError { .damagedModel }
}

extension ByteReader<SpeechError> {
  /// `count` numbers, finite and not larger than `limit`.
  mutating func floats(_ count: Int, limit: Float) throws(SpeechError) -> [Float] {
    guard count <= left / 4 else { throw .damagedModel }
    var values: [Float] = []
    values.reserveCapacity(count)
    for _ in 0..<count {
      let value = Float(bitPattern: try uint32())
      guard abs(value) <= limit else { throw .unusableModel }
      values.append(value)
    }
    return values
  }
}
