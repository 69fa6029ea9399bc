extension PixelBuffer {
  /// The picture in half its width and height (rounded down, at least 1): bilinear at every new pixel's middle, where both
  /// are even the mean of four pixels. Rounded along the rows, then between them, as Mesa's software renderer makes mipmaps.
  public var halved: PixelBuffer {
    var half = PixelBuffer(width: max(1, width / 2), height: max(1, height / 2), channels: channels)
    let columns = (0..<half.width).map { Tap($0, of: half.width, from: width) }
    data.withUnsafeBufferPointer { source in
      half.data.withUnsafeMutableBufferPointer { out in
        for y in 0..<half.height {
          let row = Tap(y, of: half.height, from: height)
          let upper = row.first * width * channels
          let lower = row.second * width * channels
          var i = y * half.width * channels
          for tap in columns {
            let left = tap.first * channels
            let right = tap.second * channels
            for c in 0..<channels {
              let a = tap.between(source[upper + left + c], source[upper + right + c])
              let b = tap.between(source[lower + left + c], source[lower + right + c])
              out[i] = row.between(a, b)
              i += 1
            }
          }
        }
      }
    }
    return half
  }

  /// Two neighbours, and how far from the first to the second, 0...256.
  private struct Tap {
    let first: Int
    let second: Int
    let way: Int

    init(_ i: Int, of count: Int, from size: Int) {
      let place = (Float(i) + 0.5) * Float(size) / Float(count) - 0.5
      first = Int(place)
      second = min(first + 1, size - 1)
      way = Int((place - Float(first)) * 256)
    }

    func between(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8(Int(a) + ((Int(b) - Int(a)) * way + 128) >> 8) }
  }
}
