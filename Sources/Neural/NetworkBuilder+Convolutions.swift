import Bytes

extension NetworkBuilder {
  /// Windows of a convolution or pool from its options (padding, strides in the first three fields).
  private func windows(_ node: Node, kernelHeight: Int, kernelWidth: Int) throws(NeuralError) -> (y: Window, x: Window)
  {
    let shape = model.tensors[node.inputs[0]].shape
    guard shape.count == 4, shape[0] == 1, let options = node.options, constant[node.inputs[0]].isEmpty else {
      throw .badOperator(index: node.index)
    }
    let padding = try options.byte(0)
    guard padding == 0 || padding == 1,
      let x = Window(input: shape[2], kernel: kernelWidth, stride: try options.int(1), isSame: padding == 0),
      let y = Window(input: shape[1], kernel: kernelHeight, stride: try options.int(2), isSame: padding == 0)
    else { throw .badOperator(index: node.index) }
    return (y, x)
  }

  private func expect(_ node: Node, _ shape: [Int]) throws(NeuralError) {
    guard model.tensors[node.output].shape == shape else { throw .badOperator(index: node.index) }
  }

  /// Elements of scratch memory that a node needs: a bordered copy of a convolution's input.
  func scratchSize(_ node: Node) throws(NeuralError) -> Int {
    guard node.code == .convolution else { return 0 }
    let (y, x, channels, _) = try convolutionWindows(node)
    guard y.needsBorder || x.needsBorder else { return 0 }
    let (rows, overflow) = y.extent.multipliedReportingOverflow(by: x.extent)
    let (size, more) = rows.multipliedReportingOverflow(by: channels)
    guard !overflow, !more, size <= Self.arenaLimit else { throw .tooLarge }
    return size
  }

  private func convolutionWindows(_ node: Node) throws(NeuralError)
    -> (y: Window, x: Window, channels: Int, outputChannels: Int)
  {
    guard node.inputs.count == 2 || node.inputs.count == 3, let options = node.options,
      try options.int(4, default: 1) == 1, try options.int(5, default: 1) == 1
    else { throw .unsupportedOperator(code: node.code.rawValue) }
    let kernel = model.tensors[node.inputs[1]].shape
    let input = model.tensors[node.inputs[0]].shape
    guard kernel.count == 4, input.count == 4, kernel[3] == input[3] else { throw .badOperator(index: node.index) }
    let (y, x) = try windows(node, kernelHeight: kernel[1], kernelWidth: kernel[2])
    try expect(node, [1, y.output, x.output, kernel[0]])
    return (y, x, input[3], kernel[0])
  }

  mutating func emitConvolution(_ k: Int) throws(NeuralError) {
    let node = nodes[k]
    let (y, x, channels, outputChannels) = try convolutionWindows(node)
    let depth = y.kernel * x.kernel * channels
    try count(y.output * x.output, outputChannels, depth)
    let border = y.needsBorder || x.needsBorder
    var step = Convolution(
      input: offsets[root[node.inputs[0]]], output: offsets[node.output],
      weights: try packed(try values(node.inputs[1], node), outputChannels, depth),
      bias: try bias(node, count: outputChannels, lanes: (outputChannels + 7) / 8 * 8),
      scratch: border ? scratch[k] : -1, inputHeight: y.input, inputWidth: x.input, channels: channels,
      padTop: y.padBefore, padLeft: x.padBefore, paddedHeight: border ? y.extent : y.input,
      paddedWidth: border ? x.extent : x.input, kernelHeight: y.kernel, kernelWidth: x.kernel, strideY: y.stride,
      strideX: x.stride, outputHeight: y.output, outputWidth: x.output, outputChannels: outputChannels,
      epilogue: try epilogue(node))
    if y.kernel == 1, x.kernel == 1, y.stride == 1, x.stride == 1 {
      // A matrix product over all pixels: one long row.
      step.outputWidth *= step.outputHeight
      step.paddedWidth = step.outputWidth
      step.outputHeight = 1
      step.paddedHeight = 1
    }
    plan.steps.append(.convolution(step))
  }

  /// Weights in blocks of eight output channels, lanes innermost, zeros in lanes that do not exist.
  private mutating func packed(_ weights: [Float], _ outputs: Int, _ depth: Int) throws(NeuralError) -> Int {
    let blocks = (outputs + 7) / 8
    guard weights.count == outputs * depth, blocks * 8 * depth <= Self.arenaLimit else { throw .tooLarge }
    var list = [Float](repeating: 0, count: blocks * 8 * depth)
    for o in 0..<outputs {
      let base = o / 8 * 8 * depth + o % 8
      for d in 0..<depth { list[base + d * 8] = weights[o * depth + d] }
    }
    return try store(list)
  }

  mutating func emitDepthwise(_ k: Int) throws(NeuralError) {
    let node = nodes[k]
    guard node.inputs.count == 2 || node.inputs.count == 3, let options = node.options, try options.int(3) == 1,
      try options.int(5, default: 1) == 1, try options.int(6, default: 1) == 1
    else { throw .unsupportedOperator(code: node.code.rawValue) }
    let kernel = model.tensors[node.inputs[1]].shape
    let input = model.tensors[node.inputs[0]].shape
    guard kernel.count == 4, kernel[0] == 1, input.count == 4, kernel[3] == input[3], input[3] >= 4 else {
      throw .badOperator(index: node.index)
    }
    let (y, x) = try windows(node, kernelHeight: kernel[1], kernelWidth: kernel[2])
    try expect(node, [1, y.output, x.output, input[3]])
    try count(y.output * x.output, input[3], y.kernel * x.kernel)
    plan.steps.append(
      .depthwise(
        DepthwiseConvolution(
          input: offsets[root[node.inputs[0]]], output: offsets[node.output],
          weights: try place(node.inputs[1], node),
          bias: try bias(node, count: input[3], lanes: input[3]), inputHeight: y.input, inputWidth: x.input,
          channels: input[3], padTop: y.padBefore, padLeft: x.padBefore, kernelHeight: y.kernel, kernelWidth: x.kernel,
          strideY: y.stride, strideX: x.stride, outputHeight: y.output, outputWidth: x.output,
          epilogue: try epilogue(node))))
  }

  mutating func emitPool(_ k: Int) throws(NeuralError) {
    let node = nodes[k]
    guard node.inputs.count == 1, let options = node.options else { throw .badOperator(index: node.index) }
    let (y, x) = try windows(node, kernelHeight: try options.int(4), kernelWidth: try options.int(3))
    let channels = model.tensors[node.inputs[0]].shape[3]
    guard channels >= 4 else { throw .badOperator(index: node.index) }
    try expect(node, [1, y.output, x.output, channels])
    try count(y.output * x.output, channels, y.kernel * x.kernel)
    plan.steps.append(
      .pool(
        Pool(
          isMaximum: node.code == .maxPool, input: offsets[root[node.inputs[0]]], output: offsets[node.output],
          inputHeight: y.input, inputWidth: x.input, channels: channels, padTop: y.padBefore, padLeft: x.padBefore,
          kernelHeight: y.kernel, kernelWidth: x.kernel, strideY: y.stride, strideX: x.stride, outputHeight: y.output,
          outputWidth: x.output, epilogue: try epilogue(node))))
  }

  /// MediaPipe's "Convolution2DTransposeBias"; custom data: padding (1 same, 2 valid), stride width, stride height.
  mutating func emitTransposed(_ k: Int) throws(NeuralError) {
    let node = nodes[k]
    let data = ByteReader<NeuralError>(node.custom)
    let kernel =
      model.tensors[node.inputs[0]].shape.count == 4 && node.inputs.count == 3
      ? model.tensors[node.inputs[1]].shape : []
    let input = model.tensors[node.inputs[0]].shape
    let padding = try data.i32(0)
    let strideX = try data.i32(4)
    let strideY = try data.i32(8)
    guard kernel.count == 4, input[0] == 1, kernel[3] == input[3], padding == 1 || padding == 2,
      1...64 ~= strideX, 1...64 ~= strideY, kernel[1] <= 64, kernel[2] <= 64, constant[node.inputs[0]].isEmpty
    else { throw .badOperator(index: node.index) }
    let padY = padding == 1 ? max(0, kernel[1] - (input[1] - 1) % strideY - 1) : 0
    let padX = padding == 1 ? max(0, kernel[2] - (input[2] - 1) % strideX - 1) : 0
    let height = strideY * (input[1] - 1) + kernel[1] - padY
    let width = strideX * (input[2] - 1) + kernel[2] - padX
    try expect(node, [1, height, width, kernel[0]])
    try count(input[1] * input[2], kernel[0] * kernel[1] * kernel[2], input[3])
    plan.steps.append(
      .transposed(
        TransposedConvolution(
          input: offsets[root[node.inputs[0]]], output: offsets[node.output],
          weights: try place(node.inputs[1], node), bias: try bias(node, count: kernel[0], lanes: kernel[0]),
          inputHeight: input[1], inputWidth: input[2], channels: input[3], padTop: padY / 2, padLeft: padX / 2,
          kernelHeight: kernel[1], kernelWidth: kernel[2], strideY: strideY, strideX: strideX, outputHeight: height,
          outputWidth: width, outputChannels: kernel[0], epilogue: try epilogue(node))))
  }
}
