import Linear
import Pixels
import Testing

@Suite struct GuidedFilterTests {
  /// The definition with plain loops and Cramer's rule in doubles.
  func guidedByDefinition(_ p: Plane, _ guide: Plane4, _ radius: Int, _ epsilon: Double) -> Plane {
    let (w, h) = (p.width, p.height)
    var models = [[Double]](repeating: [], count: w * h)
    func window(_ x: Int, _ y: Int) -> [Int] {
      (max(0, y - radius)...min(h - 1, y + radius)).flatMap { v in
        (max(0, x - radius)...min(w - 1, x + radius)).map { v * w + $0 }
      }
    }
    for y in 0..<h {
      for x in 0..<w {
        let pixels = window(x, y)
        let n = Double(pixels.count)
        var mean = [0.0, 0.0, 0.0]
        var meanP = 0.0
        for i in pixels {
          for c in 0..<3 { mean[c] += Double(guide.data[i][c]) / n }
          meanP += Double(p.data[i]) / n
        }
        var s = [[Double]](repeating: [0, 0, 0], count: 3)
        var r = [0.0, 0.0, 0.0]
        for i in pixels {
          for a in 0..<3 {
            let da = Double(guide.data[i][a]) - mean[a]
            r[a] += da * (Double(p.data[i]) - meanP) / n
            for b in 0..<3 { s[a][b] += da * (Double(guide.data[i][b]) - mean[b]) / n }
          }
        }
        for a in 0..<3 { s[a][a] += epsilon }
        func det(_ m: [[Double]]) -> Double {
          m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
        }
        let d = det(s)
        let a = (0..<3).map { column -> Double in
          var m = s
          for row in 0..<3 { m[row][column] = r[row] }
          return det(m) / d
        }
        models[y * w + x] = a + [meanP - a[0] * mean[0] - a[1] * mean[1] - a[2] * mean[2]]
      }
    }
    var result = p
    for y in 0..<h {
      for x in 0..<w {
        let pixels = window(x, y)
        var sum = 0.0
        for i in pixels {
          let m = models[i]
          let c = guide.data[y * w + x]
          sum += m[0] * Double(c.x) + m[1] * Double(c.y) + m[2] * Double(c.z) + m[3]
        }
        result.data[y * w + x] = Float(sum / Double(pixels.count))
      }
    }
    return result
  }

  @Test func guidedFilterFollowsItsDefinition() {
    let guide = Pictures.colourNoise(26, 22, seed: 3)
    let input = Pictures.noise(26, 22, seed: 4)
    let expected = guidedByDefinition(input, guide, 4, 4e-3)
    #expect(Pictures.largestDifference(input.guided(by: guide, radius: 4, epsilon: 4e-3), expected) < 2e-4)
  }

  @Test func aBlurredMaskSnapsToTheEdgeOfItsGuide() {
    let (w, h) = (64, 40)
    var guide = Plane4(width: w, height: h)
    var mask = Plane(width: w, height: h)
    for i in guide.data.indices {
      let inside = i % w >= 30
      guide.data[i] = inside ? SIMD4(0.8, 0.6, 0.5, 0) : SIMD4(0.1, 0.2, 0.4, 0)
      mask.data[i] = inside ? 1 : 0
    }
    let matte = mask.gaussianBlurred(sigma: 4).guided(by: guide, radius: 10, epsilon: 1e-4)
    // A pixel and a half beside the edge the blurred mask has 0.35; the filtered one is nearly decided.
    #expect(matte.data[20 * w + 28] < 0.2)
    #expect(matte.data[20 * w + 31] > 0.8)
  }
}
