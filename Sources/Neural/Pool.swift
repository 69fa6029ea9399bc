/// The largest or the mean value of a window, channel by channel (at least four channels). Parts of a window outside
/// the picture do not count.
struct Pool {
  var isMaximum: Bool
  var input: Int
  var output: Int
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
    for oy in 0..<outputHeight {
      let top = oy * strideY - padTop
      let rows = max(0, top)..<max(max(0, top), min(inputHeight, top + kernelHeight))
      for ox in 0..<outputWidth {
        let left = ox * strideX - padLeft
        let columns = max(0, left)..<max(max(0, left), min(inputWidth, left + kernelWidth))
        let y = m + output + (oy * outputWidth + ox) * channels
        var c = 0
        while c < channels {
          let block = min(c, channels - 4)
          let x = UnsafePointer(m + input + block)
          Kernels.store(isMaximum ? maximum(x, rows, columns) : mean(x, rows, columns), y + block)
          c += 4
        }
      }
    }
    epilogue.apply(m, output: output, start: 0, pixels: outputHeight * outputWidth, channels: channels)
  }

  @inline(__always)
  private func maximum(_ x: UnsafePointer<Float>, _ rows: Range<Int>, _ columns: Range<Int>) -> SIMD4<Float> {
    var best = SIMD4<Float>(repeating: -.greatestFiniteMagnitude)
    for iy in rows {
      for ix in columns {
        let v = Kernels.load4(x + (iy * inputWidth + ix) * channels)
        best = best.replacing(with: v, where: v .> best)
      }
    }
    return best
  }

  /// Summed row by row, so that large windows lose no precision.
  @inline(__always)
  private func mean(_ x: UnsafePointer<Float>, _ rows: Range<Int>, _ columns: Range<Int>) -> SIMD4<Float> {
    var sum = SIMD4<Float>(repeating: 0)
    for iy in rows {
      var row = SIMD4<Float>(repeating: 0)
      for ix in columns { row = row + Kernels.load4(x + (iy * inputWidth + ix) * channels) }
      sum = sum + row
    }
    return sum / Float(max(1, rows.count * columns.count))
  }
}
