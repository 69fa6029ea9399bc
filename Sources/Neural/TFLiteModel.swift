import Bytes

/// A TensorFlow Lite model as the file has it (schema version 3), checked for being readable but not for making sense.
struct TFLiteModel {
  enum ElementType: Int {
    case float32 = 0
    case float16 = 1
    case int32 = 2
  }

  struct Tensor {
    /// One to four dimensions, all positive.
    var shape: [Int]
    var type: ElementType
    /// Where in the file its constant values lie; empty for a tensor that is computed.
    var data: Range<Int>

    var count: Int { shape.reduce(1, *) }
  }

  enum Code: Int {
    case add = 0
    case averagePool = 1
    case concatenation = 2
    case convolution = 3
    case depthwiseConvolution = 4
    case dequantize = 6
    case logistic = 14
    case maxPool = 17
    case multiply = 18
    case relu = 19
    case relu6 = 21
    case reshape = 22
    case resizeBilinear = 23
    case pad = 34
    case stridedSlice = 45
    case prelu = 54
    case hardSwish = 117
    // MediaPipe's own (custom in the file), numbered here.
    case landmarksToTransform = 1001
    case transformTensor = 1002
    case transformLandmarks = 1003
    case transposedConvolution = 1004
  }

  struct Operator {
    var code: Code
    /// Tensor numbers, all within `tensors`.
    var inputs: [Int]
    var outputs: [Int]
    /// The operator's options, absent where the file has none.
    var options: FlatTable?
    /// Attributes of a custom operator.
    var custom: [UInt8]
  }

  let reader: ByteReader<NeuralError>
  private(set) var tensors: [Tensor] = []
  private(set) var operators: [Operator] = []
  private(set) var inputs: [Int] = []
  private(set) var outputs: [Int] = []

  private static let fileLimit = 64 << 20
  private static let countLimit = 8192
  private static let elementLimit = 1 << 24

  init(_ bytes: [UInt8]) throws(NeuralError) {
    guard bytes.count <= Self.fileLimit else { throw .tooLarge }
    reader = ByteReader(bytes)
    guard try reader.uint32(at: 4) == 0x334C_4654 else { throw .notTFLite }  // "TFL3"
    let model = try FlatTable(root: reader)
    let graphs = try model.tables(2, limit: 16)
    guard try model.int(0) == 3, graphs.count == 1 else { throw .notTFLite }
    let codes = try Self.codes(model, reader)
    let buffers = try Self.buffers(model)
    for table in try graphs[0].tables(0, limit: Self.countLimit) {
      tensors.append(try Self.tensor(table, buffers))
    }
    inputs = try numbers(graphs[0], 1)
    outputs = try numbers(graphs[0], 2)
    for table in try graphs[0].tables(3, limit: Self.countLimit) {
      let code = try table.int(0)
      guard codes.indices.contains(code) else { throw .badTensor }
      guard let known = codes[code].code else { throw .unsupportedOperator(code: codes[code].number) }
      let (start, count) = try table.vector(5, stride: 1, limit: 1 << 16)
      operators.append(
        Operator(
          code: known, inputs: try numbers(table, 1), outputs: try numbers(table, 2), options: try table.table(4),
          custom: Array(bytes[start..<start + count])))
    }
  }

  private func numbers(_ table: FlatTable, _ slot: Int) throws(NeuralError) -> [Int] {
    let list = try table.ints(slot, limit: 64)
    for number in list where !tensors.indices.contains(number) { throw .badTensor }
    return list
  }

  private static func buffers(_ model: FlatTable) throws(NeuralError) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    for table in try model.tables(4, limit: countLimit) {
      let (start, count) = try table.vector(0, stride: 1, limit: fileLimit)
      ranges.append(start..<start + count)
    }
    return ranges
  }

  private static func tensor(_ table: FlatTable, _ buffers: [Range<Int>]) throws(NeuralError) -> Tensor {
    var shape = try table.ints(0, limit: 4)
    if shape.isEmpty { shape = [1] }
    var count = 1
    for size in shape {
      guard size > 0, size <= elementLimit else { throw .badTensor }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= elementLimit else { throw .tooLarge }
      count = product
    }
    guard let type = ElementType(rawValue: try table.byte(1)) else { throw .badTensor }
    let buffer = try table.int(2)
    guard buffers.indices.contains(buffer) else { throw .badTensor }
    let data = buffers[buffer]
    guard data.isEmpty || data.count == count * (type == .float16 ? 2 : 4) else { throw .badTensor }
    return Tensor(shape: shape, type: type, data: data)
  }

  private static func codes(_ model: FlatTable, _ reader: ByteReader<NeuralError>) throws(NeuralError)
    -> [(code: Code?, number: Int)]
  {
    var list: [(code: Code?, number: Int)] = []
    for table in try model.tables(1, limit: 256) {
      let number = max(try table.byte(0), try table.int(3))
      if number != 32 {
        list.append((number > 1000 ? nil : Code(rawValue: number), number))
        continue
      }
      let (start, count) = try table.vector(1, stride: 1, limit: 256)
      let version = try table.int(2, default: 1)
      list.append((customCode(reader.bytes[start..<start + count], version: version), number))
    }
    return list
  }

  private static func customCode(_ name: ArraySlice<UInt8>, version: Int) -> Code? {
    func named(_ text: StaticString) -> Bool {
      text.withUTF8Buffer { $0.elementsEqual(name) }
    }
    if named("Landmarks2TransformMatrix"), version == 2 { return .landmarksToTransform }
    if named("TransformTensorBilinear"), version == 2 { return .transformTensor }
    if named("TransformLandmarks"), version == 2 { return .transformLandmarks }
    if named("Convolution2DTransposeBias") { return .transposedConvolution }
    return nil
  }
}
