extension Plane {
  /// This plane smoothed so that its edges follow those of `guide` (guided image filter with a colour guide; He, Sun
  /// and Tang 2013, equations 19 to 21).
  /// - Parameters:
  ///   - guide: colours 0...1 in x, y, z; the same size as this plane.
  ///   - radius: of the windows, pixels.
  ///   - epsilon: variance of the guide (0...1 squared) below which a window counts as flat.
  public func guided(by guide: Plane4, radius: Int, epsilon: Float) -> Plane {
    precondition(guide.width == width && guide.height == height)
    let count = width * height
    // Thirteen means: r g b p, rp gp bp rr, rg rb gg gb, bb.
    var first = Plane4(width: width, height: height)
    var second = Plane4(width: width, height: height)
    var third = Plane4(width: width, height: height)
    var fourth = Plane(width: width, height: height)
    for i in 0..<count {
      let p = data[i]
      let c = guide.data[i]
      first.data[i] = SIMD4(c.x, c.y, c.z, p)
      second.data[i] = SIMD4(c.x * p, c.y * p, c.z * p, c.x * c.x)
      third.data[i] = SIMD4(c.x * c.y, c.x * c.z, c.y * c.y, c.y * c.z)
      fourth.data[i] = c.z * c.z
    }
    first = first.boxBlurred(radius: radius)
    second = second.boxBlurred(radius: radius)
    third = third.boxBlurred(radius: radius)
    fourth = fourth.boxBlurred(radius: radius)
    for i in 0..<count {
      first.data[i] = coefficients(first.data[i], second.data[i], third.data[i], fourth.data[i], epsilon)
    }
    first = first.boxBlurred(radius: radius)
    var result = self
    for i in 0..<count {
      let a = first.data[i]
      let c = guide.data[i]
      result.data[i] = a.x * c.x + a.y * c.y + a.z * c.z + a.w
    }
    return result
  }
}

/// The linear model of one window: x, y, z times the guide's colour plus w.
@inline(__always)
private func coefficients(
  _ mean: SIMD4<Float>, _ second: SIMD4<Float>, _ third: SIMD4<Float>, _ fourth: Float, _ epsilon: Float
) -> SIMD4<Float> {
  let rr = second.w - mean.x * mean.x + epsilon
  let rg = third.x - mean.x * mean.y
  let rb = third.y - mean.x * mean.z
  let gg = third.z - mean.y * mean.y + epsilon
  let gb = third.w - mean.y * mean.z
  let bb = fourth - mean.z * mean.z + epsilon
  let cr = second.x - mean.x * mean.w
  let cg = second.y - mean.y * mean.w
  let cb = second.z - mean.z * mean.w
  // The symmetric 3x3 system by cofactors.
  let c00 = gg * bb - gb * gb
  let c01 = gb * rb - rg * bb
  let c02 = rg * gb - gg * rb
  let c11 = rr * bb - rb * rb
  let c12 = rg * rb - rr * gb
  let c22 = rr * gg - rg * rg
  let scale = 1 / (rr * c00 + rg * c01 + rb * c02)
  let x = (c00 * cr + c01 * cg + c02 * cb) * scale
  let y = (c01 * cr + c11 * cg + c12 * cb) * scale
  let z = (c02 * cr + c12 * cg + c22 * cb) * scale
  return SIMD4(x, y, z, mean.w - x * mean.x - y * mean.y - z * mean.z)
}
