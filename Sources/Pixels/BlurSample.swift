/// What blurring does to a value: one channel or four.
protocol BlurSample {
  static var zero: Self { get }
  static func + (a: Self, b: Self) -> Self
  static func - (a: Self, b: Self) -> Self
  static func * (a: Self, k: Float) -> Self
}

extension Float: BlurSample {}
extension SIMD4<Float>: BlurSample {}
