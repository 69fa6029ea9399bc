/// A matrix times a vector plus a bias.
///
/// Weights are stored in panels of 32 outputs (for each input the 32 weights beside each other), so that the sums stay
/// in registers and nothing is added across lanes: the order of additions, and so the bits, are the same everywhere.
struct DenseLayer: ~Copyable {
  static let panel = 32

  let inputs: Int
  let outputs: Int
  private let weights: FloatStore
  private let bias: FloatStore

  /// Places that an output buffer must have: `outputs` rounded up to whole panels.
  var paddedOutputs: Int { bias.count }

  /// - Parameters:
  ///   - matrix: `outputs` rows of `inputs` 8-bit weights.
  ///   - scales: the value of weight 1 in each row.
  init(inputs: Int, outputs: Int, matrix: ArraySlice<UInt8>, scales: [Float], bias values: [Float]) {
    self.inputs = inputs
    self.outputs = outputs
    let padded = (outputs + Self.panel - 1) / Self.panel * Self.panel
    weights = FloatStore(count: padded * inputs)
    bias = FloatStore(count: padded)
    for row in 0..<outputs {
      bias[row] = values[row]
      let (panel, lane) = (row / Self.panel, row % Self.panel)
      for column in 0..<inputs {
        let byte = Int8(bitPattern: matrix[matrix.startIndex + row * inputs + column])
        weights[(panel * inputs + column) * Self.panel + lane] = Float(byte) * scales[row]
      }
    }
  }

  /// `output` = matrix * `input` + bias; `output` has `paddedOutputs` places, those beyond `outputs` become 0.
  func apply(_ input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>) {
    for panel in 0..<bias.count / Self.panel {
      let first = UnsafeRawPointer(bias.base + panel * Self.panel)
      var row = UnsafeRawPointer(weights.base + panel * inputs * Self.panel)
      var a = Self.load(first, 0)
      var b = Self.load(first, 32)
      var c = Self.load(first, 64)
      var d = Self.load(first, 96)
      for column in 0..<inputs {
        let value = SIMD8<Float>(repeating: input[column])
        a = a + Self.load(row, 0) * value
        b = b + Self.load(row, 32) * value
        c = c + Self.load(row, 64) * value
        d = d + Self.load(row, 96) * value
        row += Self.panel * MemoryLayout<Float>.stride
      }
      let target = UnsafeMutableRawPointer(output + panel * Self.panel)
      target.storeBytes(of: a, toByteOffset: 0, as: SIMD8<Float>.self)
      target.storeBytes(of: b, toByteOffset: 32, as: SIMD8<Float>.self)
      target.storeBytes(of: c, toByteOffset: 64, as: SIMD8<Float>.self)
      target.storeBytes(of: d, toByteOffset: 96, as: SIMD8<Float>.self)
    }
  }

  @inline(__always) private static func load(_ pointer: UnsafeRawPointer, _ offset: Int) -> SIMD8<Float> {
    pointer.loadUnaligned(fromByteOffset: offset, as: SIMD8<Float>.self)
  }
}
