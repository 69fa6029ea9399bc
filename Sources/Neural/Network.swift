/// A TensorFlow Lite model made ready to run: every weight unpacked and packed for its kernel, every intermediate tensor
/// given its place, the operators joined where that saves a pass. Building allocates, running does not. One run at a
/// time: an instance must not be shared between threads.
public final class Network {
  /// Dimensions of the inputs and outputs in the file's order, all of `Float`.
  public let inputShapes: [[Int]]
  public let outputShapes: [[Int]]

  private let memory: UnsafeMutablePointer<Float>
  private let inputs: [Int]
  private let outputs: [Int]
  private let steps: [Step]

  /// Reads `model`, the bytes of a `.tflite` file (schema 3, float or half weights). The bytes need not be trusted.
  public init(tflite model: [UInt8]) throws(NeuralError) {
    let plan = try NetworkBuilder(TFLiteModel(model)).build()
    inputShapes = plan.inputShapes
    outputShapes = plan.outputShapes
    inputs = plan.inputs
    outputs = plan.outputs
    steps = plan.steps
    memory = UnsafeMutablePointer<Float>.allocate(capacity: plan.arenaSize + plan.constants.count)
    memory.initialize(repeating: 0, count: plan.arenaSize)
    plan.constants.withUnsafeBufferPointer { constants in
      if let base = constants.baseAddress {
        (memory + plan.arenaSize).initialize(from: base, count: constants.count)
      }
    }
  }

  deinit { memory.deallocate() }

  /// Lets `body` fill input `index`: NHWC, as many values as its shape has. To be done before every run, since a run may
  /// reuse the input's memory.
  @inlinable
  public func withInput<Result>(_ index: Int = 0, _ body: (UnsafeMutableBufferPointer<Float>) -> Result) -> Result {
    body(input(index))
  }

  /// Lets `body` read output `index` of the last run.
  @inlinable
  public func withOutput<Result>(_ index: Int = 0, _ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
    body(UnsafeBufferPointer(output(index)))
  }

  @usableFromInline func input(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: memory + inputs[index], count: inputShapes[index].reduce(1, *))
  }

  @usableFromInline func output(_ index: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: memory + outputs[index], count: outputShapes[index].reduce(1, *))
  }

  /// Computes the outputs from the inputs.
  public func run() {
    for step in steps { step.run(memory) }
  }
}
