/// A transposed convolution with bias: every input pixel adds its kernel, scaled, to a window of the output.
struct TransposedConvolution {
  var input: Int
  var output: Int
  /// Output channels, kernel rows, columns, input channels, as in the file.
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
  var outputChannels: Int
  var epilogue = Epilogue()

  func run(_ m: UnsafeMutablePointer<Float>) {
    let y = m + output
    let pixels = outputHeight * outputWidth
    for p in 0..<pixels {
      (y + p * outputChannels).update(from: m + bias, count: outputChannels)
    }
    for iy in 0..<inputHeight {
      for ix in 0..<inputWidth {
        let x = UnsafePointer(m + input + (iy * inputWidth + ix) * channels)
        for ky in 0..<kernelHeight {
          let oy = iy * strideY - padTop + ky
          guard oy >= 0, oy < outputHeight else { continue }
          for kx in 0..<kernelWidth {
            let ox = ix * strideX - padLeft + kx
            guard ox >= 0, ox < outputWidth else { continue }
            for o in 0..<outputChannels {
              let w = UnsafePointer(m + weights + ((o * kernelHeight + ky) * kernelWidth + kx) * channels)
              y[(oy * outputWidth + ox) * outputChannels + o] += dot(x, w)
            }
          }
        }
      }
    }
    epilogue.apply(m, output: output, start: 0, pixels: pixels, channels: outputChannels)
  }

  @inline(__always)
  private func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Float {
    var sum = SIMD4<Float>(repeating: 0)
    var k = 0
    while k + 4 <= channels {
      sum = sum + Kernels.load4(a + k) * Kernels.load4(b + k)
      k += 4
    }
    var rest: Float = 0
    while k < channels {
      rest += a[k] * b[k]
      k += 1
    }
    return (sum[0] + sum[1]) + (sum[2] + sum[3]) + rest
  }
}
