/// MediaPipe's "TransformLandmarks": the points of a crop in the picture's pixels; a third value is kept.
struct TransformLandmarks {
  var input: Int
  var matrix: Int
  var output: Int
  var points: Int
  var dimensions: Int

  func run(_ m: UnsafeMutablePointer<Float>) {
    let t = m + matrix
    for p in 0..<points {
      let from = m + input + p * dimensions
      let to = m + output + p * dimensions
      let x = from[0]
      let y = from[1]
      to[0] = x * t[0] + y * t[1] + t[3]
      to[1] = x * t[4] + y * t[5] + t[7]
      if dimensions == 3 { to[2] = from[2] }
    }
  }
}
