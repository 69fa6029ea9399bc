import Linear

extension PixelBuffer {
  /// What lies outside the picture when it is warped.
  public enum Border: Sendable {
    case black
    case edge
  }

  /// Samples the picture, bilinear, into `width` x `height` RGB triples of floats, `value * gain + bias` for values of
  /// 0...255. Sample (i, j) is taken at `map(i, j)`, where whole numbers mean the centres of pixels: the convention of
  /// MediaPipe's crops, half a pixel off the one used elsewhere. One channel counts as grey, the fourth is ignored.
  public func warp(
    into target: UnsafeMutableBufferPointer<Float>, width: Int, height: Int, by map: AffineMap, border: Border,
    gain: Float, bias: Float
  ) {
    precondition(target.count == width * height * 3)
    let step = channels
    let green = step >= 3 ? 1 : 0
    let blue = step >= 3 ? 2 : 0
    data.withUnsafeBufferPointer { source in
      /// A pixel by its column and row.
      @inline(__always) func pixel(_ x: Int, _ y: Int) -> SIMD4<Float> {
        let isInside = x >= 0 && y >= 0 && x < self.width && y < self.height
        if !isInside && border == .black { return .zero }
        let at = (max(0, min(self.height - 1, y)) * self.width + max(0, min(self.width - 1, x))) * step
        return SIMD4(Float(source[at]), Float(source[at + green]), Float(source[at + blue]), 0)
      }
      for j in 0..<height {
        for i in 0..<width {
          let p = map(Vector2(Float(i), Float(j)))
          // Far outside everything is border; the limit keeps the conversion to Int defined.
          let x = max(-4, min(Float(self.width) + 4, p.x))
          let y = max(-4, min(Float(self.height) + 4, p.y))
          let x0 = x.rounded(.down)
          let y0 = y.rounded(.down)
          let tx = x - x0
          let ty = y - y0
          let (u, v) = (Int(x0), Int(y0))
          let upper = pixel(u, v) * (1 - tx) + pixel(u + 1, v) * tx
          let lower = pixel(u, v + 1) * (1 - tx) + pixel(u + 1, v + 1) * tx
          let colour = (upper * (1 - ty) + lower * ty) * gain + bias
          let at = (j * width + i) * 3
          target[at] = colour.x
          target[at + 1] = colour.y
          target[at + 2] = colour.z
        }
      }
    }
  }
}
