/// MediaPipe's "TransformTensorBilinear": a crop of a feature map by such a matrix, zero outside the map.
struct TransformTensor {
  var input: Int
  var matrix: Int
  var output: Int
  var inputHeight: Int
  var inputWidth: Int
  var channels: Int
  var outputHeight: Int
  var outputWidth: Int

  func run(_ m: UnsafeMutablePointer<Float>) {
    let t = m + matrix
    // From centres to indices: half a pixel in, half a pixel out.
    let shiftX = t[3] + t[0] * 0.5 + t[1] * 0.5 - 0.5
    let shiftY = t[7] + t[4] * 0.5 + t[5] * 0.5 - 0.5
    for oy in 0..<outputHeight {
      for ox in 0..<outputWidth {
        let x = t[0] * Float(ox) + t[1] * Float(oy) + shiftX
        let y = t[4] * Float(ox) + t[5] * Float(oy) + shiftY
        let target = m + output + (oy * outputWidth + ox) * channels
        guard x >= 0, x <= Float(inputWidth - 1), y >= 0, y <= Float(inputHeight - 1) else {
          target.update(repeating: 0, count: channels)
          continue
        }
        let x0 = Int(x)
        let y0 = Int(y)
        let x1 = min(x0 + 1, inputWidth - 1)
        let y1 = min(y0 + 1, inputHeight - 1)
        Kernels.mix(
          m + input, (y0 * inputWidth + x0) * channels, (y0 * inputWidth + x1) * channels,
          (y1 * inputWidth + x0) * channels, (y1 * inputWidth + x1) * channels, x - Float(x0), y - Float(y0), target,
          channels)
      }
    }
  }
}
