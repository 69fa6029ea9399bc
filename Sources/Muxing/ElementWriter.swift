/// EBML elements (RFC 8794): an identifier, a length, contents, which may be elements. Lengths have eight bytes where the
/// contents are elements, so that they can be set afterwards.
struct ElementWriter {
  private var writer = BigEndianWriter()
  var bytes: [UInt8] { writer.bytes }
  var count: Int { writer.bytes.count }

  mutating func put(_ bytes: [UInt8]) { writer.put(bytes) }
  mutating func put8(_ value: Int) { writer.put8(value) }
  mutating func put16(_ value: Int) { writer.put16(value) }

  /// The identifier, which says its own length.
  mutating func put(id: UInt32) {
    let bytes = id > 0xFF_FFFF ? 4 : id > 0xFFFF ? 3 : id > 0xFF ? 2 : 1
    writer.put(Int64(id), bytes: bytes)
  }

  /// A length (RFC 8794, 4).
  mutating func put(length: Int64) {
    var bytes = 1
    while bytes < 8, length >= (Int64(1) << Int64(7 * bytes)) - 1 { bytes += 1 }
    writer.put(length | Int64(1) << Int64(7 * bytes), bytes: bytes)
  }

  mutating func put(fixedLength length: Int64) { writer.put(length | 1 << 56, bytes: 8) }

  mutating func element(_ id: UInt32, _ fill: (inout ElementWriter) -> Void) {
    var inner = ElementWriter()
    fill(&inner)
    put(id: id)
    put(length: Int64(inner.count))
    put(inner.bytes)
  }

  /// `bytes`: of the number; 0: as few as it needs.
  mutating func number(_ id: UInt32, _ value: Int64, bytes: Int = 0) {
    var count = max(1, bytes)
    while bytes == 0, count < 8, value >> Int64(8 * count) != 0 { count += 1 }
    put(id: id)
    put(length: Int64(count))
    writer.put(value, bytes: count)
  }

  mutating func float(_ id: UInt32, _ value: Double) {
    put(id: id)
    put(length: 8)
    writer.put64(Int64(bitPattern: value.bitPattern))
  }

  mutating func text(_ id: UInt32, _ value: String) { binary(id, [UInt8](value.utf8)) }

  mutating func binary(_ id: UInt32, _ value: [UInt8]) {
    put(id: id)
    put(length: Int64(value.count))
    put(value)
  }
}
