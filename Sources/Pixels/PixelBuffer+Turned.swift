extension PixelBuffer {
  /// The picture turned clockwise by quarter turns.
  public func turned(quarters: Int) -> PixelBuffer {
    let quarters = ((quarters % 4) + 4) % 4
    if quarters == 0 { return self }
    let isOnItsSide = quarters % 2 == 1
    var turned = PixelBuffer(
      width: isOnItsSide ? height : width, height: isOnItsSide ? width : height, channels: channels)
    for y in 0..<height {
      for x in 0..<width {
        let (u, v): (Int, Int) =
          switch quarters {
          case 1: (height - 1 - y, x)
          case 2: (width - 1 - x, height - 1 - y)
          default: (y, width - 1 - x)
          }
        for c in 0..<channels {
          turned.data[(v * turned.width + u) * channels + c] = data[(y * width + x) * channels + c]
        }
      }
    }
    return turned
  }
}
