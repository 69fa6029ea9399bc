import Bytes

/// A table of a FlatBuffer (google.github.io/flatbuffers, "internals"): fields are found through a table of 16-bit
/// offsets, absent ones have a default.
struct FlatTable {
  let reader: ByteReader<NeuralError>
  /// Where the table begins.
  let position: Int
  private let vtable: Int
  private let vtableSize: Int

  init(_ reader: ByteReader<NeuralError>, at position: Int) throws(NeuralError) {
    self.reader = reader
    self.position = position
    let (table, overflow) = position.subtractingReportingOverflow(try reader.i32(position))
    guard !overflow else { throw .truncated }
    vtable = table
    vtableSize = try reader.u16(table)
    guard vtableSize >= 4 else { throw .truncated }
    try reader.check(vtable, vtableSize)
  }

  /// The root table of a whole buffer.
  init(root reader: ByteReader<NeuralError>) throws(NeuralError) {
    try self.init(reader, at: try reader.size(0))
  }

  /// Where the value of a field lies; nil where the field is absent.
  private func field(_ slot: Int) throws(NeuralError) -> Int? {
    let entry = 4 + 2 * slot
    guard entry + 2 <= vtableSize else { return nil }
    let offset = try reader.u16(vtable + entry)
    return offset == 0 ? nil : position + offset
  }

  func byte(_ slot: Int, default value: Int = 0) throws(NeuralError) -> Int {
    guard let at = try field(slot) else { return value }
    return try reader.u8(at)
  }

  func int(_ slot: Int, default value: Int = 0) throws(NeuralError) -> Int {
    guard let at = try field(slot) else { return value }
    return try reader.i32(at)
  }

  func table(_ slot: Int) throws(NeuralError) -> FlatTable? {
    guard let at = try field(slot) else { return nil }
    return try FlatTable(reader, at: try follow(at))
  }

  /// First element and number of elements of a vector whose elements take `stride` bytes; empty where absent.
  func vector(_ slot: Int, stride: Int, limit: Int) throws(NeuralError) -> (start: Int, count: Int) {
    guard let at = try field(slot) else { return (0, 0) }
    let start = try follow(at)
    let count = try reader.size(start)
    guard count <= limit else { throw .tooLarge }
    try reader.check(start + 4, count * stride)
    return (start + 4, count)
  }

  func ints(_ slot: Int, limit: Int) throws(NeuralError) -> [Int] {
    let (start, count) = try vector(slot, stride: 4, limit: limit)
    var values: [Int] = []
    values.reserveCapacity(count)
    for k in 0..<count { values.append(try reader.i32(start + 4 * k)) }
    return values
  }

  func tables(_ slot: Int, limit: Int) throws(NeuralError) -> [FlatTable] {
    let (start, count) = try vector(slot, stride: 4, limit: limit)
    var values: [FlatTable] = []
    values.reserveCapacity(count)
    for k in 0..<count { values.append(try FlatTable(reader, at: try follow(start + 4 * k))) }
    return values
  }

  private func follow(_ at: Int) throws(NeuralError) -> Int {
    let (target, overflow) = at.addingReportingOverflow(try reader.size(at))
    guard !overflow else { throw .truncated }
    return target
  }
}
