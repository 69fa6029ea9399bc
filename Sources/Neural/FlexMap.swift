import Bytes

/// A FlexBuffer whose root is a map (google.github.io/flatbuffers, "FlexBuffers"): the attributes of custom operators.
struct FlexMap {
  private let reader: ByteReader<NeuralError>
  /// First value; before it stand the keys' offset, the keys' width and the number of entries.
  private let values: Int
  private let width: Int
  private let keys: Int
  private let keyWidth: Int
  private let count: Int

  init(_ bytes: [UInt8]) throws(NeuralError) {
    reader = ByteReader(bytes)
    let end = bytes.count
    let rootWidth = try reader.u8(end - 1)
    guard try reader.u8(end - 2) >> 2 == 9 else { throw .badTensor }
    width = 1 << (try reader.u8(end - 2) & 3)
    let root = end - 2 - rootWidth
    values = root - (try Self.unsigned(reader, root, rootWidth))
    keyWidth = try Self.unsigned(reader, values - 2 * width, width)
    count = try Self.unsigned(reader, values - width, width)
    keys = values - 3 * width - (try Self.unsigned(reader, values - 3 * width, width))
    guard keyWidth == 1 || keyWidth == 2 || keyWidth == 4, count <= 64 else { throw .badTensor }
  }

  func int(_ key: StaticString) throws(NeuralError) -> Int {
    let entry = try find(key)
    guard entry.type >> 2 == 1 || entry.type >> 2 == 2 else { throw .badTensor }
    return try signed(entry.position, width)
  }

  func float(_ key: StaticString) throws(NeuralError) -> Float {
    let entry = try find(key)
    if entry.type >> 2 == 1 { return Float(try signed(entry.position, width)) }
    guard entry.type >> 2 == 3, width == 4 else { throw .badTensor }
    return try reader.float(entry.position)
  }

  func ints(_ key: StaticString, limit: Int) throws(NeuralError) -> [Int] {
    let entry = try find(key)
    guard entry.type >> 2 == 11 else { throw .badTensor }
    let each = 1 << (entry.type & 3)
    let start = entry.position - (try Self.unsigned(reader, entry.position, width))
    let number = try Self.unsigned(reader, start - each, each)
    guard number <= limit else { throw .tooLarge }
    var list: [Int] = []
    for k in 0..<number { list.append(try signed(start + k * each, each)) }
    return list
  }

  private func find(_ key: StaticString) throws(NeuralError) -> (position: Int, type: Int) {
    for k in 0..<count {
      let slot = keys + k * keyWidth
      let text = slot - (try Self.unsigned(reader, slot, keyWidth))
      if try matches(key, at: text) { return (values + k * width, try reader.u8(values + count * width + k)) }
    }
    throw .badTensor
  }

  /// The zero-terminated text at `position` is `key`.
  private func matches(_ key: StaticString, at position: Int) throws(NeuralError) -> Bool {
    let length = key.utf8CodeUnitCount
    for k in 0..<length where try reader.u8(position + k) != Int(key.utf8Start[k]) { return false }
    return try reader.u8(position + length) == 0
  }

  private func signed(_ position: Int, _ width: Int) throws(NeuralError) -> Int {
    switch width {
    case 1: Int(Int8(truncatingIfNeeded: try reader.u8(position)))
    case 2: Int(Int16(truncatingIfNeeded: try reader.u16(position)))
    case 4: try reader.i32(position)
    default: throw .badTensor
    }
  }

  private static func unsigned(_ reader: ByteReader<NeuralError>, _ position: Int, _ width: Int) throws(NeuralError)
    -> Int
  {
    switch width {
    case 1: try reader.u8(position)
    case 2: try reader.u16(position)
    case 4: try reader.size(position)
    default: throw .badTensor
    }
  }
}
