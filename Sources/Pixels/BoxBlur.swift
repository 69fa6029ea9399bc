extension Plane {
  /// Mean over the window of `2 * radius + 1` pixels squared; at the edges over the part of it inside the picture.
  public func boxBlurred(radius: Int) -> Plane {
    Plane(width: width, height: height, data: boxBlur(data, width, height, radius))
  }
}

extension Plane4 {
  /// Mean over the window of `2 * radius + 1` pixels squared; at the edges over the part of it inside the picture.
  public func boxBlurred(radius: Int) -> Plane4 {
    Plane4(width: width, height: height, data: boxBlur(data, width, height, radius))
  }
}

/// Running sums: the cost does not depend on the radius. One pass over the picture: sums of columns are carried from
/// row to row, and summed along the row.
private func boxBlur<S: BlurSample>(_ data: [S], _ width: Int, _ height: Int, _ radius: Int) -> [S] {
  if radius <= 0 { return data }
  var columns = [S](repeating: .zero, count: width)
  return [S](unsafeUninitializedCapacity: data.count) { target, filled in
    data.withUnsafeBufferPointer { source in
      columns.withUnsafeMutableBufferPointer { columns in
        for y in 0..<min(radius, height) {
          for x in 0..<width { columns[x] = columns[x].plus(source[y * width + x]) }
        }
        for y in 0..<height {
          if y + radius < height {
            let row = (y + radius) * width
            for x in 0..<width { columns[x] = columns[x].plus(source[row + x]) }
          }
          if y - radius - 1 >= 0 {
            let row = (y - radius - 1) * width
            for x in 0..<width { columns[x] = columns[x].minus(source[row + x]) }
          }
          let rows = Float(min(y + radius, height - 1) - max(y - radius, 0) + 1)
          averageRow(columns, target.baseAddress! + y * width, width, radius, rows)
        }
      }
    }
    filled = data.count
  }
}

/// Running mean of `columns` over windows of `radius`, divided by `rows`.
@inline(__always)
private func averageRow<S: BlurSample>(
  _ columns: UnsafeMutableBufferPointer<S>, _ target: UnsafeMutablePointer<S>, _ width: Int, _ radius: Int,
  _ rows: Float
) {
  var sum = S.zero
  for x in 0..<min(radius, width) { sum = sum.plus(columns[x]) }
  let whole = 1 / (rows * Float(2 * radius + 1))
  for x in 0..<width {
    if x + radius < width { sum = sum.plus(columns[x + radius]) }
    if x - radius - 1 >= 0 { sum = sum.minus(columns[x - radius - 1]) }
    let inside = x >= radius && x + radius < width
    let k = inside ? whole : 1 / (rows * Float(min(x + radius, width - 1) - max(x - radius, 0) + 1))
    target[x] = sum.times(k)
  }
}
