/// What blurring does to a value: one channel or four.
protocol BlurSample {
  static var zero: Self { get }
  func plus(_ other: Self) -> Self
  func minus(_ other: Self) -> Self
  func times(_ factor: Float) -> Self
}

extension Float: BlurSample {
  @inline(__always) func plus(_ other: Float) -> Float { self + other }
  @inline(__always) func minus(_ other: Float) -> Float { self - other }
  @inline(__always) func times(_ factor: Float) -> Float { self * factor }
}

extension SIMD4<Float>: BlurSample {
  @inline(__always) func plus(_ other: Self) -> Self { self + other }
  @inline(__always) func minus(_ other: Self) -> Self { self - other }
  @inline(__always) func times(_ factor: Float) -> Self { self * factor }
}
