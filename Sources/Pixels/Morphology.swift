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

  /// Combines windows of growing powers of two: log2(radius) passes a direction.
  private mutating func extremes(radius: Int, _ choose: (Float, Float) -> Float) {
    if radius <= 0 { return }
    let length = 2 * radius + 1
    let width = width
    let height = height
    data.withUnsafeMutableBufferPointer { data in
      // Forward windows, in place: value[i] covers i ..< i + size. Then shifted back by the radius.
      var line = [Float](repeating: 0, count: max(width, height) + radius)
      for axis in 0..<2 {
        let lines = axis == 0 ? height : width
        let count = axis == 0 ? width : height
        let step = axis == 0 ? 1 : width
        for l in 0..<lines {
          let start = axis == 0 ? l * width : l
          // Edge values repeated on the near side stand for "nothing there".
          for i in 0..<radius { line[i] = data[start] }
          for i in 0..<count { line[radius + i] = data[start + i * step] }
          let total = count + radius
          var size = 1
          while size < length {
            let shift = min(size, length - size)
            for i in 0..<total { line[i] = choose(line[i], line[min(i + shift, total - 1)]) }
            size += shift
          }
          for i in 0..<count { data[start + i * step] = line[i] }
        }
      }
    }
  }
}
