import Linear

extension Plane {
  /// Coverage of a filled polygon (even-odd), 0...1: exact along each of `scanlines` lines a pixel row.
  /// - Parameters:
  ///   - points: corners in pixels of this plane (pixel centres at +0.5), closed by itself.
  ///   - scanlines: lines a row; the coverage is their mean.
  public init(width: Int, height: Int, polygon points: [Vector2], scanlines: Int = 8) {
    self.init(width: width, height: height)
    guard points.count >= 3 else { return }
    var crossings: [Float] = []
    let weight = 1 / Float(scanlines)
    for y in 0..<height {
      for s in 0..<scanlines {
        let line = Float(y) + (Float(s) + 0.5) * weight
        crossings.removeAll(keepingCapacity: true)
        for i in points.indices {
          let a = points[i]
          let b = points[i + 1 == points.count ? 0 : i + 1]
          guard (a.y <= line) != (b.y <= line) else { continue }
          crossings.append(a.x + (b.x - a.x) * (line - a.y) / (b.y - a.y))
        }
        crossings.sort()
        for k in stride(from: 0, to: crossings.count - 1, by: 2) {
          fillSpan(y, crossings[k], crossings[k + 1], weight)
        }
      }
    }
  }

  /// Adds `weight` times the covered share of each pixel between `from` and `to` in row `y`.
  private mutating func fillSpan(_ y: Int, _ from: Float, _ to: Float, _ weight: Float) {
    let a = max(0, min(Float(width), from))
    let b = max(0, min(Float(width), to))
    guard b > a else { return }
    let first = min(width - 1, Int(a))
    let last = min(width - 1, Int(b))
    let row = y * width
    if first == last {
      data[row + first] += (b - a) * weight
      return
    }
    data[row + first] += (Float(first + 1) - a) * weight
    for x in first + 1..<max(first + 1, last) { data[row + x] += weight }
    data[row + last] += (b - Float(last)) * weight
  }
}
