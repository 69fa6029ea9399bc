/// One operator, ready to run on the network's memory.
enum Step {
  case convolution(Convolution)
  case depthwise(DepthwiseConvolution)
  case transposed(TransposedConvolution)
  case pool(Pool)
  case binary(Binary)
  case copy(BlockCopy)
  case activation(ActivationStep)
  case resize(BilinearResize)
  case landmarksToTransform(LandmarksToTransform)
  case transformTensor(TransformTensor)
  case transformLandmarks(TransformLandmarks)

  func run(_ m: UnsafeMutablePointer<Float>) {
    switch self {
    case .convolution(let step): step.run(m)
    case .depthwise(let step): step.run(m)
    case .transposed(let step): step.run(m)
    case .pool(let step): step.run(m)
    case .binary(let step): step.run(m)
    case .copy(let step): step.run(m)
    case .activation(let step): step.run(m)
    case .resize(let step): step.run(m)
    case .landmarksToTransform(let step): step.run(m)
    case .transformTensor(let step): step.run(m)
    case .transformLandmarks(let step): step.run(m)
    }
  }
}

/// An activation function that could not be joined to the operator before it.
struct ActivationStep {
  var input: Int
  var output: Int
  var pixels: Int
  var channels: Int
  var epilogue: Epilogue

  func run(_ m: UnsafeMutablePointer<Float>) {
    (m + output).update(from: m + input, count: pixels * channels)
    epilogue.apply(m, output: output, start: 0, pixels: pixels, channels: channels)
  }
}
