extension Plane4 {
  /// Fills the unknown: push-pull (Gortler and others 1996). Known pixels keep their colour, unknown ones get a smooth
  /// continuation of what surrounds them, partly known ones a mixture.
  ///
  /// The colours are in x, y, z, premultiplied with the weight w: 1 known ... 0 unknown. The result has weight 1
  /// everywhere, or 0 where nothing at all is known.
  public func inpainted() -> Plane4 {
    if width == 1 && height == 1 {
      let v = data[0]
      return Plane4(width: 1, height: 1, data: [v.w > 1e-6 ? SIMD4(v.x / v.w, v.y / v.w, v.z / v.w, 1) : .zero])
    }
    // Half the size: the weighted mean of the known, known as soon as one pixel of four is.
    var coarse = halved()
    for i in coarse.data.indices {
      coarse.data[i] *= 4 / max(1, coarse.data[i].w * 4)
    }
    coarse = coarse.inpainted()
    var result = self
    for y in 0..<height {
      for x in 0..<width {
        let i = y * width + x
        let v = data[i]
        if v.w >= 1 { continue }
        result.data[i] = v + coarse.doubledSample(x, y) * (1 - v.w)
      }
    }
    return result
  }

  /// Half the size (rounded up): means of two by two pixels, of what there is of them at an odd edge.
  public func halved() -> Plane4 {
    var half = Plane4(width: (width + 1) / 2, height: (height + 1) / 2)
    for y in 0..<half.height {
      let y0 = 2 * y
      let y1 = min(2 * y + 1, height - 1)
      for x in 0..<half.width {
        let x0 = 2 * x
        let x1 = min(2 * x + 1, width - 1)
        let sum = data[y0 * width + x0] + data[y0 * width + x1] + data[y1 * width + x0] + data[y1 * width + x1]
        half.data[y * half.width + x] = sum * 0.25
      }
    }
    return half
  }

  /// Bilinear sample of this plane at the centre of pixel (`x`, `y`) of one twice its size.
  @inline(__always)
  private func doubledSample(_ x: Int, _ y: Int) -> SIMD4<Float> {
    let cx = x / 2
    let cy = y / 2
    let nx = max(0, min(width - 1, x % 2 == 0 ? cx - 1 : cx + 1))
    let ny = max(0, min(height - 1, y % 2 == 0 ? cy - 1 : cy + 1))
    let near = data[cy * width + cx] * 0.75 + data[cy * width + nx] * 0.25
    let far = data[ny * width + cx] * 0.75 + data[ny * width + nx] * 0.25
    return near * 0.75 + far * 0.25
  }
}
