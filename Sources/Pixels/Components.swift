extension Plane {
  /// The pixels above a value, in groups that hang together by their sides: numbers of pixels, row by row, each group in the
  /// order in which it was reached.
  public func components(above threshold: Float) -> [[Int]] {
    var open = data.map { $0 > threshold }
    var groups: [[Int]] = []
    for start in open.indices where open[start] {
      open[start] = false
      var group = [start]
      var next = 0
      while next < group.count {
        let i = group[next]
        next += 1
        let (x, y) = (i % width, i / width)
        for (n, isInside) in [
          (i - 1, x > 0), (i + 1, x < width - 1), (i - width, y > 0), (i + width, y < height - 1),
        ] where isInside && open[n] {
          open[n] = false
          group.append(n)
        }
      }
      groups.append(group)
    }
    return groups
  }
}
