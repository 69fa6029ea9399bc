/// A convolution of every channel with its own kernel (channel multiplier 1, at least four channels). Four channels of
/// four pixels are kept in registers; the borders are walked pixel by pixel over the part of the window that exists.
struct DepthwiseConvolution {
  var input: Int
  var output: Int
  /// Kernel rows, columns, channels, as in the file.
  var weights: Int
  var bias: Int
  var inputHeight: Int
  var inputWidth: Int
  var channels: Int
  var padTop: Int
  var padLeft: Int
  var kernelHeight: Int
  var kernelWidth: Int
  var strideY: Int
  var strideX: Int
  var outputHeight: Int
  var outputWidth: Int
  var epilogue = Epilogue()

  func run(_ m: UnsafeMutablePointer<Float>) {
    // Output columns whose window lies inside the picture.
    let inner0 = min(outputWidth, (padLeft + strideX - 1) / strideX)
    let room = inputWidth + padLeft - kernelWidth
    let inner1 = room < 0 ? inner0 : max(inner0, min(outputWidth, room / strideX + 1))
    for oy in 0..<outputHeight {
      let top = oy * strideY - padTop
      let ky = max(0, -top)..<max(max(0, -top), min(kernelHeight, inputHeight - top))
      let start = oy * outputWidth * channels
      var c = 0
      while c < channels {
        let block = min(c, channels - 4)
        let x = UnsafePointer(m + input + block)
        let w = UnsafePointer(m + weights + block)
        let b = Kernels.load4(m + bias + block)
        let y = m + output + start + block
        for ox in 0..<inner0 { Kernels.store(pixel(x, w, b, top, ky, ox), y + ox * channels) }
        var ox = inner0
        while ox + 4 <= inner1 {
          four(x, w, b, top, ky, ox, y + ox * channels)
          ox += 4
        }
        while ox < outputWidth {
          Kernels.store(pixel(x, w, b, top, ky, ox), y + ox * channels)
          ox += 1
        }
        c += 4
      }
      epilogue.apply(m, output: output, start: start, pixels: outputWidth, channels: channels)
    }
  }

  /// Four channels of one output pixel, wherever it lies.
  @inline(__always)
  private func pixel(
    _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ b: SIMD4<Float>, _ top: Int, _ ky: Range<Int>, _ ox: Int
  ) -> SIMD4<Float> {
    let left = ox * strideX - padLeft
    let from = max(0, -left)
    let to = max(from, min(kernelWidth, inputWidth - left))
    var sum = b
    for ky in ky {
      for kx in from..<to {
        sum =
          sum
          + Kernels.load4(x + ((top + ky) * inputWidth + left + kx) * channels)
          * Kernels.load4(w + (ky * kernelWidth + kx) * channels)
      }
    }
    return sum
  }

  /// Four channels of four neighbouring output pixels whose windows lie inside the picture.
  @inline(__always)
  private func four(
    _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>, _ b: SIMD4<Float>, _ top: Int, _ ky: Range<Int>, _ ox: Int,
    _ y: UnsafeMutablePointer<Float>
  ) {
    let step = strideX * channels
    var a0 = b
    var a1 = b
    var a2 = b
    var a3 = b
    for ky in ky {
      var at = x + ((top + ky) * inputWidth + ox * strideX - padLeft) * channels
      var weight = w + ky * kernelWidth * channels
      for _ in 0..<kernelWidth {
        let v = Kernels.load4(weight)
        a0 = a0 + Kernels.load4(at) * v
        a1 = a1 + Kernels.load4(at + step) * v
        a2 = a2 + Kernels.load4(at + 2 * step) * v
        a3 = a3 + Kernels.load4(at + 3 * step) * v
        at += channels
        weight += channels
      }
    }
    Kernels.store(a0, y)
    Kernels.store(a1, y + channels)
    Kernels.store(a2, y + 2 * channels)
    Kernels.store(a3, y + 3 * channels)
  }
}
