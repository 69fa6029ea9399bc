/// Which source pixels, with what weights, make each pixel of a resampled line.
struct ResamplingTaps {
  /// `starts[i] ..< starts[i + 1]` are the taps of target pixel i.
  private(set) var starts: [Int] = [0]
  private(set) var indices: [Int] = []
  private(set) var weights: [Float] = []
  var first: Int
  var last: Int

  init(from: Float, length: Float, source: Int, count: Int) {
    let scale = length / Float(count)
    let width = max(1, scale)
    first = source - 1
    last = 0
    for i in 0..<count {
      let centre = from + (Float(i) + 0.5) * scale - 0.5
      let low = Int((centre - 2 * width).rounded(.up))
      let high = Int((centre + 2 * width).rounded(.down))
      var sum: Float = 0
      let start = weights.count
      for k in low...max(low, high) {
        let weight = Self.catmullRom((Float(k) - centre) / width)
        if abs(weight) < 1e-6 { continue }
        let index = max(0, min(source - 1, k))
        indices.append(index)
        weights.append(weight)
        sum += weight
        first = min(first, index)
        last = max(last, index)
      }
      for k in start..<weights.count { weights[k] /= sum }
      starts.append(weights.count)
    }
  }

  static func catmullRom(_ offset: Float) -> Float {
    let x = abs(offset)
    if x >= 2 { return 0 }
    if x >= 1 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
    return (1.5 * x - 2.5) * x * x + 1
  }
}
