/// Turns a model that could be read into one that can be run, or says why not. Nothing in the file is believed: every
/// shape is computed again from the inputs, every order and index is checked, memory and arithmetic are limited.
struct NetworkBuilder {
  /// An operator while the network is being built.
  struct Node {
    var index: Int
    var code: TFLiteModel.Code
    var inputs: [Int]
    var output: Int
    var options: FlatTable?
    var custom: [UInt8]
    /// Joined to the end of the operator: a tensor to add, and an activation with (for prelu) its slopes' tensor.
    var residual: Int?
    var activation = Fused.none
  }

  enum Fused: Equatable {
    case none
    case relu
    case relu6
    case hardSwish
    case logistic
    case prelu(slopes: Int)
  }

  /// 64 M elements of arena (256 MB), 4 G multiplications.
  static let arenaLimit = 1 << 26
  static let workLimit = 1 << 32 as Int64

  let model: TFLiteModel
  var nodes: [Node] = []
  /// The tensor that holds another one's values: reshaping moves nothing.
  var root: [Int]
  /// Where a tensor's constant values lie in the file, and whether they are half precision; empty for computed ones.
  var constant: [Range<Int>]
  var isHalf: [Bool]
  /// Offset of every computed tensor (roots) and of every node's scratch area in the arena.
  var offsets: [Int]
  var scratch: [Int] = []
  var work: Int64 = 0
  var plan = NetworkPlan()

  init(_ model: TFLiteModel) {
    self.model = model
    root = Array(model.tensors.indices)
    constant = []
    isHalf = []
    for tensor in model.tensors {
      constant.append(tensor.data)
      isHalf.append(tensor.type == .float16)
    }
    offsets = [Int](repeating: -1, count: model.tensors.count)
  }

  consuming func build() throws(NeuralError) -> NetworkPlan {
    try readNodes()
    try joinActivations()
    joinSums()
    try planMemory()
    for k in nodes.indices { try emit(k) }
    for t in model.inputs {
      plan.inputs.append(offsets[root[t]])
      plan.inputShapes.append(model.tensors[t].shape)
    }
    for t in model.outputs {
      plan.outputs.append(offsets[root[t]])
      plan.outputShapes.append(model.tensors[t].shape)
    }
    return plan
  }

  // MARK: Reading

  /// Operators that compute something, in the file's order; constants unpacked and reshapes resolved on the way.
  private mutating func readNodes() throws(NeuralError) {
    guard !model.inputs.isEmpty, !model.outputs.isEmpty else { throw .badTensor }
    var written = [Bool](repeating: false, count: model.tensors.count)
    for t in model.inputs {
      guard constant[t].isEmpty, model.tensors[t].type == .float32, !written[t] else { throw .badTensor }
      written[t] = true
    }
    for (index, op) in model.operators.enumerated() {
      guard op.outputs.count == 1, let output = op.outputs.first, !written[output], constant[output].isEmpty,
        !op.inputs.isEmpty
      else { throw .wrongOrder(index: index) }
      for t in op.inputs where constant[t].isEmpty && !written[t] { throw .wrongOrder(index: index) }
      let first = op.inputs[0]
      switch op.code {
      case .dequantize:
        guard isHalf[first], !constant[first].isEmpty, same(first, output) else { throw .badOperator(index: index) }
        constant[output] = constant[first]
        isHalf[output] = true
        continue
      case .reshape:
        guard constant[first].isEmpty, model.tensors[first].count == model.tensors[output].count,
          model.tensors[output].type == .float32
        else { throw .badOperator(index: index) }
        root[output] = root[first]
      default:
        guard model.tensors[output].type == .float32 else { throw .badTensor }
        nodes.append(
          Node(
            index: index, code: op.code, inputs: op.inputs, output: output, options: op.options, custom: op.custom))
      }
      written[output] = true
    }
    for t in model.outputs where !written[t] { throw .badTensor }
  }

  func same(_ a: Int, _ b: Int) -> Bool { model.tensors[a].shape == model.tensors[b].shape }

  // MARK: Joining

  /// How often each root tensor is read, outputs of the graph included.
  private func readers() -> [Int] {
    var counts = [Int](repeating: 0, count: root.count)
    for node in nodes {
      for t in node.inputs { counts[root[t]] += 1 }
    }
    for t in model.outputs { counts[root[t]] += 1 }
    return counts
  }

  /// An activation whose input nobody else reads becomes part of the operator before it.
  private mutating func joinActivations() throws(NeuralError) {
    let counts = readers()
    var producer = [Int](repeating: -1, count: root.count)
    var kept: [Node] = []
    for node in nodes {
      let activation = try self.activation(of: node)
      let from = producer[root[node.inputs[0]]]
      if activation != .none, from >= 0, counts[root[node.inputs[0]]] == 1, kept[from].activation == .none,
        Self.hasEpilogue(kept[from].code), try fusedActivation(kept[from]) == .none,
        kept[from].output == node.inputs[0], same(node.inputs[0], node.output)
      {
        kept[from].activation = activation
        kept[from].output = node.output
        producer[node.output] = from
        continue
      }
      producer[root[node.output]] = kept.count
      kept.append(node)
    }
    nodes = kept
  }

  /// A sum of a convolution's result, which nobody else reads, and something computed before becomes part of the
  /// convolution, with the sum's own activation.
  private mutating func joinSums() {
    let counts = readers()
    var producer = [Int](repeating: -1, count: root.count)
    var kept: [Node] = []
    for node in nodes {
      if node.code == .add, node.inputs.count == 2, let plain = try? fusedActivation(node), plain == .none,
        let (convolution, residual) = summands(node, kept, producer, counts)
      {
        kept[convolution].residual = residual
        kept[convolution].activation = node.activation
        kept[convolution].output = node.output
        producer[root[node.output]] = convolution
        continue
      }
      producer[root[node.output]] = kept.count
      kept.append(node)
    }
    nodes = kept
  }

  private func summands(_ node: Node, _ kept: [Node], _ producer: [Int], _ counts: [Int]) -> (Int, Int)? {
    for (a, b) in [(node.inputs[0], node.inputs[1]), (node.inputs[1], node.inputs[0])] {
      let from = producer[root[a]]
      guard from >= 0, kept[from].code == .convolution, kept[from].activation == .none, kept[from].residual == nil,
        counts[root[a]] == 1, kept[from].output == a, root[a] == a, same(a, b), same(a, node.output),
        constant[b].isEmpty, producer[root[b]] < from, let plain = try? fusedActivation(kept[from]), plain == .none
      else { continue }
      return (from, b)
    }
    return nil
  }

  /// The activation that an operator is, nothing else.
  func activation(of node: Node) throws(NeuralError) -> Fused {
    switch node.code {
    case .relu: return .relu
    case .relu6: return .relu6
    case .hardSwish: return .hardSwish
    case .logistic: return .logistic
    case .prelu:
      let shape = model.tensors[node.inputs[0]].shape
      guard node.inputs.count == 2, !constant[node.inputs[1]].isEmpty,
        model.tensors[node.inputs[1]].count == shape[shape.count - 1],
        model.tensors[node.inputs[1]].shape.last == shape.last
      else { throw .badOperator(index: node.index) }
      return .prelu(slopes: node.inputs[1])
    default: return .none
    }
  }

  private static func hasEpilogue(_ code: TFLiteModel.Code) -> Bool {
    switch code {
    case .convolution, .depthwiseConvolution, .transposedConvolution, .add, .multiply: true
    default: false
    }
  }

  // MARK: Memory

  private mutating func planMemory() throws(NeuralError) {
    var requests: [ArenaPlanner.Request] = []
    var request = [Int](repeating: -1, count: root.count)
    for t in model.inputs {
      request[t] = requests.count
      requests.append(ArenaPlanner.Request(size: model.tensors[t].count, first: -1, last: -1))
    }
    for (k, node) in nodes.enumerated() {
      var reads = node.inputs
      if let residual = node.residual { reads.append(residual) }
      for t in reads where constant[t].isEmpty {
        guard request[root[t]] >= 0 else { throw .wrongOrder(index: node.index) }
        requests[request[root[t]]].last = k
      }
      request[node.output] = requests.count
      requests.append(ArenaPlanner.Request(size: model.tensors[node.output].count, first: k, last: k))
    }
    for t in model.outputs {
      guard request[root[t]] >= 0 else { throw .badTensor }
      requests[request[root[t]]].last = nodes.count
    }
    var areas: [Int] = []
    for (k, node) in nodes.enumerated() {
      areas.append(requests.count)
      requests.append(ArenaPlanner.Request(size: try scratchSize(node), first: k, last: k))
    }
    let (places, total) = try ArenaPlanner.plan(requests, limit: Self.arenaLimit)
    for t in root.indices where request[t] >= 0 { offsets[t] = places[request[t]] }
    for k in nodes.indices { scratch.append(places[areas[k]]) }
    plan.arenaSize = total
  }
}
