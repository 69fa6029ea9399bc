/// Sum or product of two tensors; the second may be a single value or one value a channel.
struct Binary {
  var isProduct: Bool
  var first: Int
  var second: Int
  var output: Int
  var pixels: Int
  var channels: Int
  /// Elements by which the second operand advances from pixel to pixel and from channel to channel.
  var secondPixelStride: Int
  var secondChannelStride: Int
  var epilogue = Epilogue()

  func run(_ m: UnsafeMutablePointer<Float>) {
    if isProduct { run(m) { $0 * $1 } } else { run(m) { $0 + $1 } }
    epilogue.apply(m, output: output, start: 0, pixels: pixels, channels: channels)
  }

  @inline(__always)
  private func run(_ m: UnsafeMutablePointer<Float>, _ f: (SIMD4<Float>, SIMD4<Float>) -> SIMD4<Float>) {
    for p in 0..<pixels {
      let a = m + first + p * channels
      let b = m + second + p * secondPixelStride
      let y = m + output + p * channels
      var c = 0
      while c + 4 <= channels {
        let other = secondChannelStride == 0 ? SIMD4(repeating: b[0]) : Kernels.load4(b + c)
        Kernels.store(f(Kernels.load4(a + c), other), y + c)
        c += 4
      }
      while c < channels {
        y[c] = f(SIMD4(repeating: a[c]), SIMD4(repeating: b[c * secondChannelStride]))[0]
        c += 1
      }
    }
  }
}
