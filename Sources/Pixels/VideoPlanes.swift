/// Pictures as encoders of video want them: a plane of luma and two of chroma, half as wide and high (4:2:0), ITU-R BT.709,
/// luma 16...235.
public enum VideoPlanes {
  /// Bytes of the planes of a picture of `width` x `height`, both even.
  public static func byteCount(width: Int, height: Int) -> Int { width * height * 3 / 2 }

  /// - Parameters:
  ///   - rgba: rows from the bottom as OpenGL reads them; colours as they are to be seen, whatever their alpha.
  ///   - planes: room for `byteCount`; rows from the top.
  ///   - alpha: room for another picture, whose luma is alpha as it is (WebM's alpha mode); nil: the picture is opaque.
  public static func write(
    rgba: UnsafePointer<UInt8>, width: Int, height: Int, planes: UnsafeMutablePointer<UInt8>,
    alpha: UnsafeMutablePointer<UInt8>? = nil
  ) {
    let u = planes + width * height
    let v = u + width * height / 4
    for pair in 0..<height / 2 {
      let upper = rgba + (height - 1 - 2 * pair) * width * 4
      let lower = upper - width * 4
      if let alpha {
        for x in 0..<width {
          alpha[2 * pair * width + x] = upper[4 * x + 3]
          alpha[(2 * pair + 1) * width + x] = lower[4 * x + 3]
        }
      }
      luma(upper, width, planes + 2 * pair * width)
      luma(lower, width, planes + (2 * pair + 1) * width)
      chroma(upper, lower, width / 2, u: u + pair * width / 2, v: v + pair * width / 2)
    }
    guard let alpha else { return }
    (alpha + width * height).update(repeating: 128, count: width * height / 2)
  }

  /// 16 + 219 (0.2126 R + 0.7152 G + 0.0722 B), in 16 bits after the point.
  private static func luma(_ row: UnsafePointer<UInt8>, _ width: Int, _ out: UnsafeMutablePointer<UInt8>) {
    let pixels = UnsafeRawPointer(row)
    var x = 0
    while x + 4 <= width {
      let four = pixels.loadUnaligned(fromByteOffset: 4 * x, as: SIMD4<UInt32>.self)
      let r = four & 0xFF
      let g = (four &>> 8) & 0xFF
      let b = (four &>> 16) & 0xFF
      let y = (r &* 11_966 &+ g &* 40_254 &+ b &* 4064 &+ 1_081_344) &>> 16
      let packed = y.x | y.y << 8 | y.z << 16 | y.w << 24
      UnsafeMutableRawPointer(out).storeBytes(of: packed, toByteOffset: x, as: UInt32.self)
      x += 4
    }
    while x < width {
      let (r, g, b) = (UInt32(row[4 * x]), UInt32(row[4 * x + 1]), UInt32(row[4 * x + 2]))
      out[x] = UInt8(truncatingIfNeeded: (r &* 11_966 &+ g &* 40_254 &+ b &* 4064 &+ 1_081_344) &>> 16)
      x += 1
    }
  }

  /// 128 + 224 times the differences, of the mean of four pixels.
  private static func chroma(
    _ upper: UnsafePointer<UInt8>, _ lower: UnsafePointer<UInt8>, _ count: Int, u: UnsafeMutablePointer<UInt8>,
    v: UnsafeMutablePointer<UInt8>
  ) {
    for x in 0..<count {
      let i = 8 * x
      let r = Int32(upper[i]) &+ Int32(upper[i &+ 4]) &+ Int32(lower[i]) &+ Int32(lower[i &+ 4])
      let g = Int32(upper[i &+ 1]) &+ Int32(upper[i &+ 5]) &+ Int32(lower[i &+ 1]) &+ Int32(lower[i &+ 5])
      let b = Int32(upper[i &+ 2]) &+ Int32(upper[i &+ 6]) &+ Int32(lower[i &+ 2]) &+ Int32(lower[i &+ 6])
      u[x] = UInt8(truncatingIfNeeded: (33_685_504 &- r &* 6596 &- g &* 22_189 &+ b &* 28_785) &>> 18)
      v[x] = UInt8(truncatingIfNeeded: (33_685_504 &+ r &* 28_785 &- g &* 26_145 &- b &* 2640) &>> 18)
    }
  }
}
