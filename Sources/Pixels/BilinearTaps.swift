/// Left neighbour and fraction of each pixel of a line that is sampled bilinearly.
struct BilinearTaps {
  private(set) var indices: [Int] = []
  private(set) var fractions: [Float] = []

  init(from: Float, length: Float, source: Int, count: Int) {
    let scale = length / Float(count)
    for i in 0..<count {
      let x = max(0, min(Float(source - 1), from + (Float(i) + 0.5) * scale - 0.5))
      indices.append(Int(x))
      fractions.append(x - Float(Int(x)))
    }
  }
}
