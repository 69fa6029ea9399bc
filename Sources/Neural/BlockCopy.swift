/// Copies a box of four dimensions from one tensor into another: padding, joining and slicing are all this.
struct BlockCopy {
  /// Offsets of the first element of the box.
  var source: Int
  var target: Int
  var extent: SIMD4<Int32>
  /// Elements from one index to the next, a dimension; the innermost ones must be 1.
  var sourceStrides: SIMD4<Int32>
  var targetStrides: SIMD4<Int32>
  /// Elements from `clearStart` on that are set to zero first.
  var clearStart = 0
  var clearCount = 0

  func run(_ m: UnsafeMutablePointer<Float>) {
    if clearCount > 0 { (m + clearStart).update(repeating: 0, count: clearCount) }
    for i in 0..<Int(extent[0]) {
      for j in 0..<Int(extent[1]) {
        for k in 0..<Int(extent[2]) {
          let from = i * Int(sourceStrides[0]) + j * Int(sourceStrides[1]) + k * Int(sourceStrides[2])
          let to = i * Int(targetStrides[0]) + j * Int(targetStrides[1]) + k * Int(targetStrides[2])
          (m + target + to).update(from: m + source + from, count: Int(extent[3]))
        }
      }
    }
  }
}
