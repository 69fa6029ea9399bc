extension Plane4 {
  /// Foreground and background colours of a picture with a matte: blur-fusion (Forte 2021), two passes. Where the matte
  /// is soft, the foreground loses the background's colour; where it is 0, the foreground continues that of the person.
  /// - Parameters:
  ///   - matte: opacity 0...1, of this picture's size.
  ///   - radii: blur of each pass, pixels.
  public func foreground(matte: Plane, radii: [Int]) -> Plane4 {
    precondition(matte.width == width && matte.height == height)
    let count = width * height
    var foreground = self
    var background = self
    var inside = Plane4(width: width, height: height)
    var outside = Plane4(width: width, height: height)
    for radius in radii {
      for i in 0..<count {
        let a = matte.data[i]
        let f = foreground.data[i] * a
        let b = background.data[i] * (1 - a)
        inside.data[i] = SIMD4(f.x, f.y, f.z, a)
        outside.data[i] = SIMD4(b.x, b.y, b.z, 1 - a)
      }
      inside = inside.boxBlurred(radius: radius)
      outside = outside.boxBlurred(radius: radius)
      for i in 0..<count {
        let a = matte.data[i]
        let f = inside.data[i] * (1 / (max(0, inside.data[i].w) + 1e-5))
        let b = outside.data[i] * (1 / (max(0, outside.data[i].w) + 1e-5))
        let fused = f + (data[i] - f * a - b * (1 - a)) * a
        foreground.data[i] = fused.clamped(lowerBound: .zero, upperBound: .one)
        background.data[i] = b.clamped(lowerBound: .zero, upperBound: .one)
      }
    }
    return foreground
  }
}
