import Linear

/// What happens to an operator's results right after they are computed, while they are still in the cache: a second
/// tensor is added, then an activation function applied.
struct Epilogue {
  enum Activation: Equatable {
    case none
    case relu
    case relu6
    case hardSwish
    case logistic
    /// Negative values times a slope a channel.
    case prelu(slopes: Int)
  }

  var activation = Activation.none
  /// Where the tensor to add lies (same shape as the result), or -1.
  var residual = -1

  /// Finishes `pixels` pixels of `channels` values from element `start` of the result at `output`.
  @inline(__always)
  func apply(_ m: UnsafeMutablePointer<Float>, output: Int, start: Int, pixels: Int, channels: Int) {
    let values = m + output + start
    let count = pixels * channels
    if residual >= 0 { Self.add(values, UnsafePointer(m + residual + start), count) }
    switch activation {
    case .none: break
    case .relu: Self.map(values, count) { $0.replacing(with: 0, where: $0 .< 0) }
    case .relu6:
      Self.map(values, count) { $0.clamped(lowerBound: SIMD4(repeating: 0), upperBound: SIMD4(repeating: 6)) }
    case .hardSwish:
      Self.map(values, count) {
        $0 * ($0 + 3).clamped(lowerBound: SIMD4(repeating: 0), upperBound: SIMD4(repeating: 6)) * (1 / 6)
      }
    case .logistic:
      for k in 0..<count { values[k] = Elementary.sigmoid(values[k]) }
    case .prelu(let slopes):
      Self.prelu(values, UnsafePointer(m + slopes), pixels, channels)
    }
  }

  @inline(__always)
  private static func map(_ values: UnsafeMutablePointer<Float>, _ count: Int, _ f: (SIMD4<Float>) -> SIMD4<Float>) {
    var k = 0
    while k + 4 <= count {
      Kernels.store(f(Kernels.load4(values + k)), values + k)
      k += 4
    }
    while k < count {
      values[k] = f(SIMD4(repeating: values[k]))[0]
      k += 1
    }
  }

  private static func add(_ values: UnsafeMutablePointer<Float>, _ other: UnsafePointer<Float>, _ count: Int) {
    var k = 0
    while k + 4 <= count {
      Kernels.store(Kernels.load4(values + k) + Kernels.load4(other + k), values + k)
      k += 4
    }
    while k < count {
      values[k] += other[k]
      k += 1
    }
  }

  private static func prelu(
    _ values: UnsafeMutablePointer<Float>, _ slopes: UnsafePointer<Float>, _ pixels: Int, _ channels: Int
  ) {
    for p in 0..<pixels {
      let pixel = values + p * channels
      var c = 0
      while c + 4 <= channels {
        let v = Kernels.load4(pixel + c)
        Kernels.store(v.replacing(with: v * Kernels.load4(slopes + c), where: v .< 0), pixel + c)
        c += 4
      }
      while c < channels {
        if pixel[c] < 0 { pixel[c] *= slopes[c] }
        c += 1
      }
    }
  }
}
