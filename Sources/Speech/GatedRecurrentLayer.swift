import Linear

/// A gated recurrent unit (Cho et al. 2014, with the reset gate after the matrix as in cuDNN and PyTorch).
struct GatedRecurrentLayer: ~Copyable {
  let hidden: Int
  private let fromInput: DenseLayer
  private let fromState: DenseLayer
  private let inputGates: FloatStore
  private let stateGates: FloatStore
  private let state: FloatStore

  /// Both matrices have 3 * hidden rows: reset, update, new.
  init(fromInput: consuming DenseLayer, fromState: consuming DenseLayer) {
    hidden = fromState.inputs
    inputGates = FloatStore(count: fromInput.paddedOutputs)
    stateGates = FloatStore(count: fromState.paddedOutputs)
    state = FloatStore(count: fromState.inputs)
    self.fromInput = fromInput
    self.fromState = fromState
  }

  /// The layer's answer, `hidden` numbers.
  var output: UnsafePointer<Float> { UnsafePointer(state.base) }

  func reset() { state.fill(0) }

  /// One step of time.
  func step(_ input: UnsafePointer<Float>) {
    fromInput.apply(input, into: inputGates.base)
    fromState.apply(state.base, into: stateGates.base)
    for index in 0..<hidden {
      let reset = Elementary.sigmoid(inputGates[index] + stateGates[index])
      let update = Elementary.sigmoid(inputGates[hidden + index] + stateGates[hidden + index])
      let new = Elementary.tanh(inputGates[2 * hidden + index] + reset * stateGates[2 * hidden + index])
      state[index] = new + update * (state[index] - new)
    }
  }
}
