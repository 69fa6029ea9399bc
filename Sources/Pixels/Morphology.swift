extension Plane {
  /// Greatest value within `radius` pixels (square window).
  public func dilated(radius: Int) -> Plane {
    var plane = self
    plane.extremes(radius: radius) { $0 > $1 ? $0 : $1 }
    return plane
  }

  /// Smallest value within `radius` pixels (square window, only what is inside the picture counts).
  public func eroded(radius: Int) -> Plane {
    var plane = self
    plane.extremes(radius: radius) { $0 < $1 ? $0 : $1 }
    return plane
  }

  /// Columns that are worked on at once, so that what is read of a row is worth fetching.
  private static let columnsAtOnce = 64

  private mutating func extremes(radius: Int, _ choose: (Float, Float) -> Float) {
    if radius <= 0 { return }
    let width = width
    let height = height
    let lanes = min(Self.columnsAtOnce, width)
    var line = [Float](repeating: 0, count: max(width + radius, (height + radius) * lanes))
    data.withUnsafeMutableBufferPointer { data in
      line.withUnsafeMutableBufferPointer { line in
        guard let data = data.baseAddress, let line = line.baseAddress else { return }
        for y in 0..<height {
          windows(data + y * width, count: width, step: 1, lanes: 1, radius, line, choose)
        }
        for x in stride(from: 0, to: width, by: lanes) {
          windows(data + x, count: height, step: width, lanes: min(lanes, width - x), radius, line, choose)
        }
      }
    }
  }
}

/// Along a line of `count` places, each of `lanes` values: value[i] becomes what `choose` makes of those within `radius`.
/// Combines windows of growing powers of two: log2(radius) passes.
@inline(__always)
private func windows(
  _ data: UnsafeMutablePointer<Float>, count: Int, step: Int, lanes: Int, _ radius: Int,
  _ line: UnsafeMutablePointer<Float>, _ choose: (Float, Float) -> Float
) {
  // Forward windows, in place: value[i] covers i ..< i + size. Then shifted back by the radius. The first value repeated on
  // the near side stands for "nothing there".
  for i in 0..<radius + count {
    let source = data + max(0, i - radius) * step
    for lane in 0..<lanes { line[i * lanes + lane] = source[lane] }
  }
  let total = (radius + count) * lanes
  let last = line + (total - lanes)
  var size = 1
  while size < 2 * radius + 1 {
    let shift = min(size, 2 * radius + 1 - size)
    let whole = max(0, total - shift * lanes)
    for i in 0..<whole { line[i] = choose(line[i], line[i + shift * lanes]) }
    for i in stride(from: whole, to: total, by: lanes) {
      for lane in 0..<lanes { line[i + lane] = choose(line[i + lane], last[lane]) }
    }
    size += shift
  }
  for i in 0..<count {
    for lane in 0..<lanes { data[i * step + lane] = line[i * lanes + lane] }
  }
}
