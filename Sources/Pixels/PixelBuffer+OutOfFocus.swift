extension PixelBuffer {
  /// An RGB picture as a lens shows what lies far behind the person, 160 pixels on its longer side; as the page's
  /// `out-of-focus.js` has it.
  public func outOfFocus() -> PixelBuffer {
    let long = Float(max(width, height))
    let (across, down) = (max(1, (Float(width) * 160 / long).rounded()), max(1, (Float(height) * 160 / long).rounded()))
    let region = SIMD4(0, 0, Float(width), Float(height))
    return resampled(region, width: Int(across), height: Int(down)).gaussianBlurred(sigma: 4.5).rgb()
  }
}
