import Linear
import Pixels

/// Noise and shapes to filter, always the same.
enum Pictures {
  static func noise(_ width: Int, _ height: Int, seed: UInt64 = 1) -> Plane {
    var random = SeededRandom(seed: seed)
    return Plane(width: width, height: height, data: (0..<width * height).map { _ in random.uniform() })
  }

  static func colourNoise(_ width: Int, _ height: Int, seed: UInt64 = 1) -> Plane4 {
    var random = SeededRandom(seed: seed)
    return Plane4(
      width: width, height: height,
      data: (0..<width * height).map { _ in
        SIMD4(random.uniform(), random.uniform(), random.uniform(), random.uniform())
      })
  }

  static func largestDifference(_ a: Plane, _ b: Plane) -> Float {
    zip(a.data, b.data).map { abs($0 - $1) }.max() ?? 0
  }

  static func largestDifference(_ a: Plane4, _ b: Plane4) -> Float {
    zip(a.data, b.data).map { x, y in
      let d = x - y
      return max(abs(d.x), abs(d.y), abs(d.z), abs(d.w))
    }.max() ?? 0
  }
}
