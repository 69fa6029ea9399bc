/// Bilinear resampling to another size, sample points at pixel centres ("half-pixel centers").
struct BilinearResize {
  var input: Int
  var output: Int
  var inputHeight: Int
  var inputWidth: Int
  var channels: Int
  var outputHeight: Int
  var outputWidth: Int

  func run(_ m: UnsafeMutablePointer<Float>) {
    let scaleY = Float(inputHeight) / Float(outputHeight)
    let scaleX = Float(inputWidth) / Float(outputWidth)
    for oy in 0..<outputHeight {
      let fy = max(0, (Float(oy) + 0.5) * scaleY - 0.5)
      let y0 = min(Int(fy), inputHeight - 1)
      let y1 = min(y0 + 1, inputHeight - 1)
      let ty = fy - Float(y0)
      for ox in 0..<outputWidth {
        let fx = max(0, (Float(ox) + 0.5) * scaleX - 0.5)
        let x0 = min(Int(fx), inputWidth - 1)
        let x1 = min(x0 + 1, inputWidth - 1)
        Kernels.mix(
          m + input, (y0 * inputWidth + x0) * channels, (y0 * inputWidth + x1) * channels,
          (y1 * inputWidth + x0) * channels, (y1 * inputWidth + x1) * channels, fx - Float(x0), ty,
          m + output + (oy * outputWidth + ox) * channels, channels)
      }
    }
  }
}

extension Kernels {
  /// Bilinear mix of four pixels of `channels` values at offsets `p00`, `p01` (right), `p10` (below), `p11`.
  @inline(__always)
  static func mix(
    _ x: UnsafeMutablePointer<Float>, _ p00: Int, _ p01: Int, _ p10: Int, _ p11: Int, _ tx: Float, _ ty: Float,
    _ y: UnsafeMutablePointer<Float>, _ channels: Int
  ) {
    let w00 = (1 - tx) * (1 - ty)
    let w01 = tx * (1 - ty)
    let w10 = (1 - tx) * ty
    let w11 = tx * ty
    var c = 0
    while c + 4 <= channels {
      let upper = load4(x + p00 + c) * w00 + load4(x + p01 + c) * w01
      let lower = load4(x + p10 + c) * w10 + load4(x + p11 + c) * w11
      store(upper + lower, y + c)
      c += 4
    }
    while c < channels {
      y[c] = (x[p00 + c] * w00 + x[p01 + c] * w01) + (x[p10 + c] * w10 + x[p11 + c] * w11)
      c += 1
    }
  }
}
