/// RIFF WAVE files of 16-bit mono sound, as programs exchange them.
package enum WaveBytes {
  package static func wave(_ samples: [Int16], rate: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(44 + 2 * samples.count)
    func put<Value: FixedWidthInteger>(_ value: Value) {
      withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
    bytes += Array("RIFF".utf8)
    put(UInt32(36 + 2 * samples.count))
    bytes += Array("WAVEfmt ".utf8)
    put(UInt32(16))
    put(UInt16(1))
    put(UInt16(1))
    put(UInt32(rate))
    put(UInt32(2 * rate))
    put(UInt16(2))
    put(UInt16(16))
    bytes += Array("data".utf8)
    put(UInt32(2 * samples.count))
    for sample in samples { put(sample) }
    return bytes
  }

  /// The sound of a 16-bit mono file; nil for any other.
  package static func read(_ bytes: [UInt8]) -> (samples: [Int16], rate: Int)? {
    func number(_ at: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) }
    }
    guard bytes.count >= 12, Array(bytes[0..<4]) == Array("RIFF".utf8) else { return nil }
    var at = 12
    var rate: Int?
    while at + 8 <= bytes.count {
      let name = String(decoding: bytes[at..<at + 4], as: UTF8.self)
      // A program that writes into a pipe does not know the length.
      let length = min(number(at + 4, 4), bytes.count - at - 8)
      let start = at + 8
      if name == "fmt ", length >= 16 {
        guard number(start, 2) == 1, number(start + 2, 2) == 1, number(start + 14, 2) == 16 else { return nil }
        rate = number(start + 4, 4)
      }
      if name == "data", let rate {
        return ((0..<length / 2).map { Int16(truncatingIfNeeded: number(start + 2 * $0, 2)) }, rate)
      }
      at = start + length + length % 2
    }
    return nil
  }
}
