extension NetworkBuilder {
  mutating func emitLandmarksToTransform(_ k: Int) throws(NeuralError) {
    let node = nodes[k]
    let attributes = try FlexMap(node.custom)
    let points = model.tensors[node.inputs[0]]
    let left = try attributes.int("left_rotation_idx")
    let right = try attributes.int("right_rotation_idx")
    let width = try attributes.int("output_width")
    let height = try attributes.int("output_height")
    let subset = try attributes.ints("subset_idxs", limit: 4096)
    guard node.inputs.count == 1, points.shape.last == 3, model.tensors[node.output].count == 16, !subset.isEmpty,
      1...4096 ~= width, 1...4096 ~= height
    else { throw .badOperator(index: node.index) }
    var list: [Float] = []
    for point in subset + [left, right] {
      guard point >= 0, point < points.count / 3 else { throw .badOperator(index: node.index) }
      list.append(Float(point))
    }
    plan.steps.append(
      .landmarksToTransform(
        LandmarksToTransform(
          input: try place(node.inputs[0], node), output: offsets[node.output], subset: try store(list),
          subsetCount: subset.count, left: left, right: right,
          targetRotation: try attributes.float("target_rotation_radians"), scaleX: try attributes.float("scale_x"),
          scaleY: try attributes.float("scale_y"), cropWidth: Float(width), cropHeight: Float(height))))
  }

  mutating func emitTransformTensor(_ k: Int) throws(NeuralError) {
    let node = nodes[k]
    let attributes = try FlexMap(node.custom)
    let input = model.tensors[node.inputs[0]].shape
    let output = model.tensors[node.output].shape
    guard node.inputs.count == 2, input.count == 4, input[0] == 1, model.tensors[node.inputs[1]].count == 16,
      output == [1, try attributes.int("output_height"), try attributes.int("output_width"), input[3]]
    else { throw .badOperator(index: node.index) }
    plan.steps.append(
      .transformTensor(
        TransformTensor(
          input: try place(node.inputs[0], node), matrix: try place(node.inputs[1], node),
          output: offsets[node.output], inputHeight: input[1], inputWidth: input[2], channels: input[3],
          outputHeight: output[1], outputWidth: output[2])))
  }

  mutating func emitTransformLandmarks(_ k: Int) throws(NeuralError) {
    let node = nodes[k]
    guard node.inputs.count == 2, same(node.inputs[0], node.output), model.tensors[node.inputs[1]].count == 16,
      let dimensions = model.tensors[node.output].shape.last, dimensions == 2 || dimensions == 3
    else { throw .badOperator(index: node.index) }
    plan.steps.append(
      .transformLandmarks(
        TransformLandmarks(
          input: try place(node.inputs[0], node), matrix: try place(node.inputs[1], node),
          output: offsets[node.output], points: model.tensors[node.output].count / dimensions,
          dimensions: dimensions)))
  }
}
