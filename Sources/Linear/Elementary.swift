/// Elementary functions computed with additions and multiplications only, so that a native build and a WebAssembly
/// build give the same bits (the C libraries' own `sinf` differ between glibc and wasi-libc).
public enum Elementary {
  public static let pi: Float = 3.141_592_7

  /// Sine of `x` radians; absolute error below 2e-7 for |x| <= 100 (Cody-Waite reduction, minimax polynomial).
  @inlinable public static func sin(_ x: Float) -> Float { sinCos(x).sin }

  /// Cosine of `x` radians; accuracy as `sin`.
  @inlinable public static func cos(_ x: Float) -> Float { sinCos(x).cos }

  /// Sine and cosine of `x` radians in one reduction; not a number for infinities and beyond 1e9.
  @inlinable public static func sinCos(_ x: Float) -> (sin: Float, cos: Float) {
    guard abs(x) < 1e9 else { return (.nan, .nan) }
    let quadrant = (x * 0.636_619_77).rounded(.toNearestOrEven)
    var r = x - quadrant * 1.570_312_5
    r = r - quadrant * 4.838_267_9e-4
    let z = r * r
    let s = r + r * z * (-0.166_666_55 + z * (0.008_332_161 + z * -0.000_195_152_96))
    let c = 1 - 0.5 * z + z * z * (0.041_666_646 + z * (-0.001_388_731_6 + z * 0.000_024_433_157))
    switch Int(quadrant) & 3 {
    case 0: return (s, c)
    case 1: return (c, -s)
    case 2: return (-s, -c)
    default: return (-c, s)
    }
  }

  /// Angle of the point (`x`, `y`) in radians, -pi...pi; absolute error below 1e-6; 0 at the origin.
  @inlinable public static func atan2(_ y: Float, _ x: Float) -> Float {
    let ax = abs(x)
    let ay = abs(y)
    if ax == 0 && ay == 0 { return 0 }
    let swap = ay > ax
    let t = swap ? ax / ay : ay / ax
    var angle = arctanUnit(t)
    if swap { angle = pi / 2 - angle }
    if x < 0 { angle = pi - angle }
    return y < 0 ? -angle : angle
  }

  /// Arc tangent for 0 <= t <= 1.
  @inlinable static func arctanUnit(_ t: Float) -> Float {
    // Reduce to |u| <= tan(pi/8) so that the short series is accurate.
    let high = t > 0.414_213_56
    let u = high ? (t - 1) / (t + 1) : t
    let z = u * u
    let p = u + u * z * (-0.333_329_5 + z * (0.199_777_11 + z * (-0.138_776_85 + z * 0.080_537_44)))
    return high ? 0.785_398_16 + p : p
  }

  /// Arc sine for |x| <= 1 (clamped), radians.
  @inlinable public static func asin(_ x: Float) -> Float {
    let c = max(-1, min(1, x))
    return atan2(c, ((1 - c) * (1 + c)).squareRoot())
  }

  /// e to the power `x`; relative error below 3e-7; 0 below -87, infinity above 88.7.
  @inlinable public static func exp(_ x: Float) -> Float {
    if x != x { return x }
    if x > 88.72 { return .infinity }
    if x < -87.3 { return 0 }
    let n = (x * 1.442_695).rounded(.toNearestOrEven)
    var r = x - n * 0.693_359_4
    r = r - n * -2.121_944_4e-4
    var p: Float = 1.987_569_1e-4
    p = p * r + 1.398_2e-3
    p = p * r + 8.333_452e-3
    p = p * r + 4.166_579_6e-2
    p = p * r + 1.666_666_5e-1
    p = p * r + 0.5
    let e = p * r * r + r + 1
    // 2^n in two halves: n may reach 128, which no single finite exponent holds.
    let half = Int32(n) >> 1
    let rest = Int32(n) - half
    return e * powerOfTwo(half) * powerOfTwo(rest)
  }

  @inlinable static func powerOfTwo(_ n: Int32) -> Float {
    Float(bitPattern: UInt32(bitPattern: (n + 127) << 23))
  }

  /// Natural logarithm; relative error below 3e-7; -infinity at 0, NaN below.
  @inlinable public static func log(_ x: Float) -> Float {
    if x == 0 { return -.infinity }
    if !(x > 0) { return .nan }
    if x == .infinity { return x }
    var value = x
    var e: Float = 0
    if value < 1.175_494_4e-38 {
      value = value * 8_388_608
      e = -23
    }
    let bits = value.bitPattern
    e = e + Float(Int32(bits >> 23) - 126)
    var m = Float(bitPattern: (bits & 0x007F_FFFF) | 0x3F00_0000)
    if m < 0.707_106_77 {
      e = e - 1
      m = m + m
    }
    m = m - 1
    let z = m * m
    var p: Float = 7.037_683_6e-2
    p = p * m - 1.151_461e-1
    p = p * m + 1.167_699_9e-1
    p = p * m - 1.242_014_1e-1
    p = p * m + 1.424_932_3e-1
    p = p * m - 1.666_805_8e-1
    p = p * m + 2.000_071_5e-1
    p = p * m - 2.499_999_4e-1
    p = p * m + 3.333_333_1e-1
    var y = m * z * p
    y = y + e * -2.121_944_4e-4
    y = y - 0.5 * z
    return m + y + e * 0.693_359_4
  }

  /// `base` (> 0) to the power `exponent`.
  @inlinable public static func pow(_ base: Float, _ exponent: Float) -> Float {
    base <= 0 ? 0 : exp(exponent * log(base))
  }

  /// Hyperbolic tangent; absolute error below 3e-7.
  @inlinable public static func tanh(_ x: Float) -> Float {
    let c = max(-9, min(9, x))
    let e = exp(2 * c)
    return (e - 1) / (e + 1)
  }

  /// Logistic sigmoid.
  @inlinable public static func sigmoid(_ x: Float) -> Float { 1 / (1 + exp(-x)) }

  /// Hermite step from 0 at `edge0` to 1 at `edge1`; `edge0 > edge1` gives the falling step.
  /// Never inlined: it is called in a hundred places, and the engine's size in the browser is bounded.
  @inline(never) public static func smoothstep(_ edge0: Float, _ edge1: Float, _ x: Float) -> Float {
    let t = max(0, min(1, (x - edge0) / (edge1 - edge0)))
    return t * t * (3 - 2 * t)
  }
}
