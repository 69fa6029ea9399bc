import Bytes

extension NetworkBuilder {
  /// The values of a constant tensor of floats.
  func values(_ tensor: Int, _ node: Node) throws(NeuralError) -> [Float] {
    let range = constant[tensor]
    guard !range.isEmpty else { throw .badOperator(index: node.index) }
    let count = model.tensors[tensor].count
    var list: [Float] = []
    list.reserveCapacity(count)
    let bytes = model.reader.bytes
    if isHalf[tensor] {
      guard range.count == 2 * count else { throw .badTensor }
      for k in 0..<count {
        let at = range.lowerBound + 2 * k
        list.append(Half.float(UInt16(bytes[at]) | UInt16(bytes[at + 1]) << 8))
      }
    } else {
      guard model.tensors[tensor].type == .float32, range.count == 4 * count else { throw .badTensor }
      for k in 0..<count { list.append(try model.reader.float(range.lowerBound + 4 * k)) }
    }
    return list
  }

  /// The values of a small constant tensor of integers.
  func integers(_ tensor: Int, _ node: Node) throws(NeuralError) -> [Int] {
    let range = constant[tensor]
    guard !range.isEmpty, model.tensors[tensor].type == .int32, model.tensors[tensor].count <= 64 else {
      throw .badOperator(index: node.index)
    }
    var list: [Int] = []
    for k in 0..<model.tensors[tensor].count { list.append(try model.reader.i32(range.lowerBound + 4 * k)) }
    return list
  }

  /// Puts `list` among the constants; its offset in the network's memory.
  mutating func store(_ list: [Float]) throws(NeuralError) -> Int {
    let offset = plan.arenaSize + plan.constants.count
    guard plan.constants.count + list.count <= Self.arenaLimit else { throw .tooLarge }
    plan.constants.append(contentsOf: list)
    while plan.constants.count % ArenaPlanner.alignment != 0 { plan.constants.append(0) }
    return offset
  }

  /// Where a tensor of floats lies, computed or constant.
  mutating func place(_ tensor: Int, _ node: Node) throws(NeuralError) -> Int {
    if constant[tensor].isEmpty { return offsets[root[tensor]] }
    return try store(try values(tensor, node))
  }

  /// A convolution's bias: one value for each of `count` output channels, zeros up to `lanes`.
  mutating func bias(_ node: Node, count: Int, lanes: Int) throws(NeuralError) -> Int {
    var list = [Float](repeating: 0, count: lanes)
    if node.inputs.count > 2 {
      let given = try values(node.inputs[2], node)
      guard given.count == count else { throw .badOperator(index: node.index) }
      for k in 0..<count { list[k] = given[k] }
    }
    return try store(list)
  }

  mutating func epilogue(_ node: Node) throws(NeuralError) -> Epilogue {
    var epilogue = Epilogue()
    if let residual = node.residual { epilogue.residual = offsets[root[residual]] }
    switch node.activation == .none ? try fusedActivation(node) : node.activation {
    case .none: break
    case .relu: epilogue.activation = .relu
    case .relu6: epilogue.activation = .relu6
    case .hardSwish: epilogue.activation = .hardSwish
    case .logistic: epilogue.activation = .logistic
    case .prelu(let slopes): epilogue.activation = .prelu(slopes: try store(try values(slopes, node)))
    }
    return epilogue
  }

  /// The activation named in an operator's own options.
  func fusedActivation(_ node: Node) throws(NeuralError) -> Fused {
    let slot: Int
    switch node.code {
    case .convolution, .depthwiseConvolution: slot = node.code == .convolution ? 3 : 4
    case .maxPool, .averagePool: slot = 5
    case .concatenation: slot = 1
    case .add, .multiply: slot = 0
    default: return .none
    }
    switch try node.options?.byte(slot) ?? 0 {
    case 0: return .none
    case 1: return .relu
    case 3: return .relu6
    default: throw .unsupportedOperator(code: node.code.rawValue)
    }
  }

  /// Adds `a * b * c` (all positive) multiplications to what a run costs. By division: a checked 64-bit product needs a
  /// library function that is not there in WebAssembly.
  mutating func count(_ a: Int, _ b: Int, _ c: Int) throws(NeuralError) {
    let limit = Self.workLimit - work
    let ab = Int64(a) <= limit / Int64(max(1, b)) ? Int64(a) &* Int64(b) : limit + 1
    guard ab <= limit / Int64(max(1, c)) else { throw .tooLarge }
    work += ab &* Int64(c)
  }
}
