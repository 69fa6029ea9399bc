import Linear

extension Plane {
  /// Gaussian of standard deviation `sigma` pixels, cut at three sigma; at the edges the weights inside the picture
  /// are brought to a sum of one.
  public func gaussianBlurred(sigma: Float) -> Plane {
    Plane(width: width, height: height, data: gaussianBlur(data, width, height, sigma))
  }
}

extension Plane4 {
  /// Gaussian of standard deviation `sigma` pixels, cut at three sigma; at the edges the weights inside the picture
  /// are brought to a sum of one.
  public func gaussianBlurred(sigma: Float) -> Plane4 {
    Plane4(width: width, height: height, data: gaussianBlur(data, width, height, sigma))
  }
}

/// Weights of offsets 0...radius, sum over -radius...radius is 1.
func gaussianKernel(sigma: Float) -> [Float] {
  let radius = max(1, Int((3 * sigma).rounded(.up)))
  var kernel = (0...radius).map { Elementary.exp(-Float($0 * $0) / (2 * sigma * sigma)) }
  var sum = kernel[0]
  for k in 1...radius { sum += 2 * kernel[k] }
  for k in 0...radius { kernel[k] = kernel[k] / sum }
  return kernel
}

private func gaussianBlur<S: BlurSample>(_ data: [S], _ width: Int, _ height: Int, _ sigma: Float) -> [S] {
  if sigma <= 0 { return data }
  let kernel = gaussianKernel(sigma: sigma)
  let radius = kernel.count - 1
  let normX = edgeWeights(kernel, width)
  let normY = edgeWeights(kernel, height)
  var row = [S](repeating: .zero, count: width + 2 * radius)
  return [S](unsafeUninitializedCapacity: data.count) { target, filled in
    data.withUnsafeBufferPointer { source in
      row.withUnsafeMutableBufferPointer { row in
        for y in 0..<height {
          // Down the columns into a row with `radius` zeros on either side, then along it.
          let line = row.baseAddress! + radius
          for x in 0..<width { line[x] = source[y * width + x].times(kernel[0]) }
          for k in 1...radius {
            let weight = kernel[k]
            if y - k >= 0 {
              let above = source.baseAddress! + (y - k) * width
              for x in 0..<width { line[x] = line[x].plus(above[x].times(weight)) }
            }
            if y + k < height {
              let below = source.baseAddress! + (y + k) * width
              for x in 0..<width { line[x] = line[x].plus(below[x].times(weight)) }
            }
          }
          let out = target.baseAddress! + y * width
          for x in 0..<width { out[x] = line[x].times(kernel[0]) }
          for k in 1...radius {
            let weight = kernel[k]
            for x in 0..<width { out[x] = out[x].plus(line[x - k].plus(line[x + k]).times(weight)) }
          }
          for x in 0..<width { out[x] = out[x].times(normX[x] * normY[y]) }
        }
      }
    }
    filled = data.count
  }
}

/// What to multiply with so that the weights inside the picture add up to one.
private func edgeWeights(_ kernel: [Float], _ count: Int) -> [Float] {
  let radius = kernel.count - 1
  return (0..<count).map { x in
    if x >= radius && x + radius < count { return 1 }
    var sum: Float = 0
    for k in -radius...radius where x + k >= 0 && x + k < count { sum += kernel[abs(k)] }
    return 1 / sum
  }
}
