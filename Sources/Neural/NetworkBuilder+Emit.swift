extension NetworkBuilder {
  /// Checks node `k` and appends its steps to the plan.
  mutating func emit(_ k: Int) throws(NeuralError) {
    switch nodes[k].code {
    case .convolution: try emitConvolution(k)
    case .depthwiseConvolution: try emitDepthwise(k)
    case .transposedConvolution: try emitTransposed(k)
    case .maxPool, .averagePool: try emitPool(k)
    case .add, .multiply: try emitBinary(k)
    case .relu, .relu6, .hardSwish, .logistic, .prelu: try emitActivation(k)
    case .pad: try emitPad(k)
    case .concatenation: try emitConcatenation(k)
    case .stridedSlice: try emitSlice(k)
    case .resizeBilinear: try emitResize(k)
    case .landmarksToTransform: try emitLandmarksToTransform(k)
    case .transformTensor: try emitTransformTensor(k)
    case .transformLandmarks: try emitTransformLandmarks(k)
    case .dequantize, .reshape: break
    }
  }

  private mutating func emitBinary(_ k: Int) throws(NeuralError) {
    let node = nodes[k]
    guard node.inputs.count == 2 else { throw .badOperator(index: node.index) }
    // The operand with the result's shape comes first; both operators commute.
    var (a, b) = (node.inputs[0], node.inputs[1])
    if !same(a, node.output) { (a, b) = (b, a) }
    guard same(a, node.output), let channels = model.tensors[a].shape.last else {
      throw .badOperator(index: node.index)
    }
    let count = model.tensors[a].count
    let other = model.tensors[b]
    var step = Binary(
      isProduct: node.code == .multiply, first: try place(a, node), second: try place(b, node),
      output: offsets[node.output], pixels: count / channels, channels: channels, secondPixelStride: channels,
      secondChannelStride: 1, epilogue: try epilogue(node))
    if same(a, b) {
    } else if other.count == 1 {
      step.secondPixelStride = 0
      step.secondChannelStride = 0
    } else if other.count == channels, other.shape.last == channels {
      step.secondPixelStride = 0
    } else {
      throw .badOperator(index: node.index)
    }
    plan.steps.append(.binary(step))
  }

  private mutating func emitActivation(_ k: Int) throws(NeuralError) {
    var node = nodes[k]
    guard same(node.inputs[0], node.output), let channels = model.tensors[node.output].shape.last else {
      throw .badOperator(index: node.index)
    }
    node.activation = try activation(of: node)
    plan.steps.append(
      .activation(
        ActivationStep(
          input: try place(node.inputs[0], node), output: offsets[node.output],
          pixels: model.tensors[node.output].count / channels, channels: channels, epilogue: try epilogue(node))))
  }

  /// Four dimensions, ones in front.
  private func four(_ shape: [Int]) -> [Int] { [Int](repeating: 1, count: 4 - shape.count) + shape }

  private func strides(_ shape: [Int]) -> SIMD4<Int32> {
    SIMD4(Int32(shape[1] * shape[2] * shape[3]), Int32(shape[2] * shape[3]), Int32(shape[3]), 1)
  }

  private func vector(_ list: [Int]) -> SIMD4<Int32> {
    SIMD4(Int32(list[0]), Int32(list[1]), Int32(list[2]), Int32(list[3]))
  }

  private mutating func emitPad(_ k: Int) throws(NeuralError) {
    let node = nodes[k]
    guard node.inputs.count == 2 else { throw .badOperator(index: node.index) }
    let input = model.tensors[node.inputs[0]].shape
    let output = model.tensors[node.output].shape
    let pads = try integers(node.inputs[1], node)
    guard pads.count == 2 * input.count, output.count == input.count else { throw .badOperator(index: node.index) }
    let target = four(output)
    let stride = strides(target)
    var start = 0
    for d in input.indices {
      let (before, after) = (pads[2 * d], pads[2 * d + 1])
      guard before >= 0, after >= 0, before <= output[d], after <= output[d], before + input[d] + after == output[d]
      else { throw .badOperator(index: node.index) }
      start += before * Int(stride[4 - input.count + d])
    }
    let place = offsets[node.output]
    plan.steps.append(
      .copy(
        BlockCopy(
          source: try self.place(node.inputs[0], node), target: place + start, extent: vector(four(input)),
          sourceStrides: strides(four(input)), targetStrides: stride, clearStart: place,
          clearCount: model.tensors[node.output].count)))
  }

  private mutating func emitConcatenation(_ k: Int) throws(NeuralError) {
    let node = nodes[k]
    let output = model.tensors[node.output].shape
    var axis = try node.options?.int(0) ?? 0
    if axis < 0 { axis += output.count }
    guard output.indices.contains(axis), try fusedActivation(node) == .none else {
      throw .badOperator(index: node.index)
    }
    let stride = strides(four(output))
    var at = 0
    for t in node.inputs {
      var expected = model.tensors[t].shape
      guard expected.count == output.count, expected[axis] <= output[axis] - at else {
        throw .badOperator(index: node.index)
      }
      let size = expected[axis]
      expected[axis] = output[axis]
      guard expected == output else { throw .badOperator(index: node.index) }
      plan.steps.append(
        .copy(
          BlockCopy(
            source: try place(t, node), target: offsets[node.output] + at * Int(stride[4 - output.count + axis]),
            extent: vector(four(model.tensors[t].shape)), sourceStrides: strides(four(model.tensors[t].shape)),
            targetStrides: stride)))
      at += size
    }
    guard at == output[axis] else { throw .badOperator(index: node.index) }
  }

  /// A slice with unit steps and no masks.
  private mutating func emitSlice(_ k: Int) throws(NeuralError) {
    let node = nodes[k]
    guard node.inputs.count == 4 else { throw .badOperator(index: node.index) }
    for slot in 0..<5 {
      guard try node.options?.int(slot) ?? 0 == 0 else { throw .unsupportedOperator(code: node.code.rawValue) }
    }
    let input = model.tensors[node.inputs[0]].shape
    let begin = try integers(node.inputs[1], node)
    let end = try integers(node.inputs[2], node)
    let steps = try integers(node.inputs[3], node)
    guard begin.count == input.count, end.count == input.count, steps.count == input.count,
      model.tensors[node.output].shape.count == input.count
    else { throw .badOperator(index: node.index) }
    let stride = strides(four(input))
    var start = 0
    for d in input.indices {
      guard begin[d] >= 0, begin[d] < end[d], end[d] <= input[d], steps[d] == 1,
        model.tensors[node.output].shape[d] == end[d] - begin[d]
      else { throw .badOperator(index: node.index) }
      start += begin[d] * Int(stride[4 - input.count + d])
    }
    let output = four(model.tensors[node.output].shape)
    plan.steps.append(
      .copy(
        BlockCopy(
          source: try place(node.inputs[0], node) + start, target: offsets[node.output], extent: vector(output),
          sourceStrides: stride, targetStrides: strides(output))))
  }

  private mutating func emitResize(_ k: Int) throws(NeuralError) {
    let node = nodes[k]
    guard node.inputs.count == 2, let options = node.options, try options.byte(2) == 0, try options.byte(3) == 1 else {
      throw .unsupportedOperator(code: node.code.rawValue)
    }
    let input = model.tensors[node.inputs[0]].shape
    let size = try integers(node.inputs[1], node)
    guard input.count == 4, input[0] == 1, size.count == 2,
      model.tensors[node.output].shape == [1, size[0], size[1], input[3]]
    else { throw .badOperator(index: node.index) }
    plan.steps.append(
      .resize(
        BilinearResize(
          input: try place(node.inputs[0], node), output: offsets[node.output], inputHeight: input[1],
          inputWidth: input[2], channels: input[3], outputHeight: size[0], outputWidth: size[1])))
  }
}
