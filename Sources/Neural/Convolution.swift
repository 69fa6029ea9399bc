/// A two-dimensional convolution. Eight output channels of four pixels are kept in registers while their inputs stream
/// by; a row of the kernel is one run of consecutive inputs, so nothing is rearranged. Where the window leaves the
/// picture, the input is first copied into a scratch area with a border of zeros.
struct Convolution {
  var input: Int
  var output: Int
  /// Packed: blocks of eight output channels, in each the kernel's rows, columns, input channels, then eight lanes.
  var weights: Int
  /// As many values as there are lanes in all blocks.
  var bias: Int
  /// Where the bordered copy of the input goes, or -1.
  var scratch: Int
  var inputHeight: Int
  var inputWidth: Int
  var channels: Int
  var padTop: Int
  var padLeft: Int
  /// Size of what is convolved: the bordered copy, or the input itself.
  var paddedHeight: Int
  var paddedWidth: Int
  var kernelHeight: Int
  var kernelWidth: Int
  var strideY: Int
  var strideX: Int
  var outputHeight: Int
  var outputWidth: Int
  var outputChannels: Int
  var epilogue = Epilogue()

  /// Pixels that are finished before the next ones begin: their inputs and results stay in the first-level cache.
  private static let chunk = 48

  func run(_ m: UnsafeMutablePointer<Float>) {
    if scratch >= 0 { border(m) }
    let x = UnsafePointer(m + (scratch >= 0 ? scratch : input))
    let rowLength = paddedWidth * channels
    let depth = kernelHeight * kernelWidth * channels
    let blocks = (outputChannels + 7) / 8
    for oy in 0..<outputHeight {
      let row = x + oy * strideY * rowLength
      var x0 = 0
      while x0 < outputWidth {
        let pixels = min(Self.chunk, outputWidth - x0)
        let start = (oy * outputWidth + x0) * outputChannels
        for block in 0..<blocks {
          tiles(
            row + x0 * strideX * channels, UnsafePointer(m + weights + block * depth * 8),
            Kernels.load8(UnsafePointer(m + bias + block * 8)), m + output + start + block * 8, pixels,
            min(8, outputChannels - block * 8))
        }
        epilogue.apply(m, output: output, start: start, pixels: pixels, channels: outputChannels)
        x0 += pixels
      }
    }
  }

  /// One block of output channels of `pixels` neighbouring pixels.
  @inline(__always)
  private func tiles(
    _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ bias: SIMD8<Float>, _ y: UnsafeMutablePointer<Float>,
    _ pixels: Int, _ lanes: Int
  ) {
    let step = strideX * channels
    let rowLength = paddedWidth * channels
    let run = kernelWidth * channels
    var p = 0
    while p + 4 <= pixels {
      var a0 = bias
      var a1 = bias
      var a2 = bias
      var a3 = bias
      var weight = w
      for ky in 0..<kernelHeight {
        let x0 = x + p * step + ky * rowLength
        let x1 = x0 + step
        let x2 = x1 + step
        let x3 = x2 + step
        for k in 0..<run {
          let v = Kernels.load8(weight)
          a0 = a0 + v * SIMD8(repeating: x0[k])
          a1 = a1 + v * SIMD8(repeating: x1[k])
          a2 = a2 + v * SIMD8(repeating: x2[k])
          a3 = a3 + v * SIMD8(repeating: x3[k])
          weight += 8
        }
      }
      let out = y + p * outputChannels
      Kernels.store(a0, out, lanes)
      Kernels.store(a1, out + outputChannels, lanes)
      Kernels.store(a2, out + 2 * outputChannels, lanes)
      Kernels.store(a3, out + 3 * outputChannels, lanes)
      p += 4
    }
    while p < pixels {
      var sum = bias
      var weight = w
      for ky in 0..<kernelHeight {
        let x0 = x + p * step + ky * rowLength
        for k in 0..<run {
          sum = sum + Kernels.load8(weight) * SIMD8(repeating: x0[k])
          weight += 8
        }
      }
      Kernels.store(sum, y + p * outputChannels, lanes)
      p += 1
    }
  }

  private func border(_ m: UnsafeMutablePointer<Float>) {
    let target = m + scratch
    target.update(repeating: 0, count: paddedHeight * paddedWidth * channels)
    // Rows and columns that no window reaches (valid padding with a stride) are left out.
    let rows = min(inputHeight, paddedHeight - padTop)
    let columns = min(inputWidth, paddedWidth - padLeft)
    for y in 0..<rows {
      (target + ((y + padTop) * paddedWidth + padLeft) * channels)
        .update(from: m + input + y * inputWidth * channels, count: columns * channels)
    }
  }
}
