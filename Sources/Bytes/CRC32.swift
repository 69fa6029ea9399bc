/// The checksum of PNG and zip (IEEE 802.3, reflected polynomial 0xEDB88320).
public enum CRC32 {
  /// Checksum of `bytes[range]`.
  public static func checksum(_ bytes: [UInt8], _ range: Range<Int>) -> UInt32 {
    var table = [UInt32](repeating: 0, count: 256)
    for i in 0..<256 {
      var c = UInt32(i)
      for _ in 0..<8 { c = c & 1 == 1 ? 0xEDB8_8320 ^ (c >> 1) : c >> 1 }
      table[i] = c
    }
    return bytes.withUnsafeBufferPointer { source in
      table.withUnsafeBufferPointer { table in
        var crc: UInt32 = 0xFFFF_FFFF
        for i in range { crc = table[Int((crc ^ UInt32(source[i])) & 0xFF)] ^ (crc >> 8) }
        return ~crc
      }
    }
  }
}
