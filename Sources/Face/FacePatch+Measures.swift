import Linear

extension FacePatch {
  /// How far the skin just under an eye differs from the cheek below as glass in front of it would make it differ:
  /// darker, or (tinted and mirrored glass) less red. 0 none, 1 the limit; uncovered eyes reach 0.8.
  func veil(_ eye: EyePoints) -> Float {
    // The brighter of both: large glasses reach the upper cheek, a beard covers the lower one.
    let (upper, lower) = (colour(eye.cheek, radius: 3), colour(eye.lowerCheek, radius: 3))
    let cheek = Self.luma(upper) >= Self.luma(lower) ? upper : lower
    var worst: Float = 0
    // Close under the lid there are shadows; further down only small glasses do not reach.
    for (points, darkness, paleness) in [(eye.underLid, Float(1.3), Float(0.095)), (eye.underEye, 0.9, 0.070)] {
      let skin = colour(points, radius: 3)
      worst = max(worst, Self.stops(Self.luma(cheek), Self.luma(skin)) / darkness)
      worst = max(worst, (Self.redness(cheek) - Self.redness(skin)) / paleness)
    }
    return worst
  }

  /// By how many stops the middle of the iris is darker than the skin under the eye: a visible eye is about one stop
  /// darker or more.
  func irisDarkness(_ eye: EyePoints) -> Float {
    Self.stops(Self.luma(colour(eye.underEye, radius: 3)), Self.luma(colour(points[eye.iris], radius: 3)))
  }

  /// By how many stops the brighter side of the eyeball is lighter than the iris: small where lids or glass cover it.
  func whiteness(_ eye: EyePoints) -> Float {
    let iris = points[eye.iris]
    var white: Float = 0
    for corner in [eye.rim[0], eye.rim[8]] {
      let side = iris + (points[corner] - iris) * 0.62
      white = max(white, Self.luma(colour(side, radius: 1)))
    }
    return Self.stops(white, Self.luma(colour(iris, radius: 3)))
  }

  /// Share of the strong brightness changes from pixel to pixel that vanishes when the face is blurred with a 5x5 box
  /// (after Crete et al. 2007; the less sharp of both directions): it asks for fine detail whatever the contrast, and
  /// what is strong is measured against the median change, so that grain does not count as detail. Sharp photos have
  /// 0.3 to 0.6; a blur with a sigma of 1.5 % of the eye distance leaves 0.1 to 0.2.
  func sharpness() -> Float {
    // From the brows to the mouth.
    let (x, y) = (29..<228, 31..<181)
    let luma = pixels.map { Self.luma($0) }
    let blurred = Self.boxed(luma, x.lowerBound - 1..<x.upperBound, y.lowerBound - 1..<y.upperBound)
    var lowest: Float = 1
    for step in [1, Self.side] {
      var histogram = [Int](repeating: 0, count: 1024)
      for v in y {
        for u in x {
          let k = v * Self.side + u
          histogram[min(1023, Int(abs(luma[k] - luma[k - step]) * 4))] += 1
        }
      }
      var rank = x.count * y.count / 2
      let median =
        histogram.firstIndex { bin in
          rank -= bin
          return rank < 0
        } ?? 0
      let strong = Float(median)  // four times the median
      var all: Float = 1e-3
      var lost: Float = 0
      for v in y {
        for u in x {
          let k = v * Self.side + u
          let change = abs(luma[k] - luma[k - step])
          guard change > strong else { continue }
          all += change
          lost += max(0, change - abs(blurred[k] - blurred[k - step]))
        }
      }
      lowest = min(lowest, lost / all)
    }
    return lowest
  }

  /// Means of 5x5 pixels within `x` and `y`, the rest as it was.
  private static func boxed(_ plane: [Float], _ x: Range<Int>, _ y: Range<Int>) -> [Float] {
    var rows = plane
    for v in y.lowerBound - 2..<y.upperBound + 2 {
      for u in x {
        let k = v * side + u
        rows[k] = plane[k - 2] + plane[k - 1] + plane[k] + plane[k + 1] + plane[k + 2]
      }
    }
    var result = plane
    for v in y {
      for u in x {
        let k = v * side + u
        let sum = rows[k - 2 * side] + rows[k - side] + rows[k] + rows[k + side] + rows[k + 2 * side]
        result[k] = sum * (1 / 25)
      }
    }
    return result
  }

  /// Factor from `b` to `a` in powers of two; an offset keeps black from meaning much.
  private static func stops(_ a: Float, _ b: Float) -> Float {
    Elementary.log((a + 8) / (b + 8)) * 1.442_695
  }

  private static func redness(_ colour: SIMD4<Float>) -> Float {
    colour.x / (colour.x + colour.y + colour.z + 24)
  }
}
