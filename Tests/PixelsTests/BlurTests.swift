import Linear
import Pixels
import Testing

@Suite struct BlurTests {
  /// The definition: the mean of what lies in the window and in the picture.
  func boxBlurByDefinition(_ plane: Plane, _ radius: Int) -> Plane {
    var result = plane
    for y in 0..<plane.height {
      for x in 0..<plane.width {
        var sum: Double = 0
        var count: Double = 0
        for v in max(0, y - radius)...min(plane.height - 1, y + radius) {
          for u in max(0, x - radius)...min(plane.width - 1, x + radius) {
            sum += Double(plane.data[v * plane.width + u])
            count += 1
          }
        }
        result.data[y * plane.width + x] = Float(sum / count)
      }
    }
    return result
  }

  @Test(arguments: [(31, 17, 1), (31, 17, 4), (9, 40, 7), (5, 5, 20), (1, 30, 3)])
  func boxBlurIsTheMeanOverTheWindow(width: Int, height: Int, radius: Int) {
    let plane = Pictures.noise(width, height)
    let difference = Pictures.largestDifference(plane.boxBlurred(radius: radius), boxBlurByDefinition(plane, radius))
    #expect(difference < 1e-5)
  }

  @Test func fourChannelsAreBlurredAsOneEach() {
    let picture = Pictures.colourNoise(23, 19)
    let blurred = picture.boxBlurred(radius: 3)
    for channel in 0..<4 {
      let plane = Plane(width: 23, height: 19, data: picture.data.map { $0[channel] }).boxBlurred(radius: 3)
      #expect(zip(blurred.data, plane.data).allSatisfy { abs($0[channel] - $1) < 1e-6 })
    }
  }

  @Test func radiusZeroChangesNothing() {
    let plane = Pictures.noise(8, 8)
    #expect(plane.boxBlurred(radius: 0) == plane)
    #expect(plane.gaussianBlurred(sigma: 0) == plane)
  }

  @Test(arguments: [Float(0.6), 1.5, 4])
  func gaussianBlurIsTheNormalisedWeightedMean(sigma: Float) {
    let plane = Pictures.noise(29, 21)
    let radius = max(1, Int((3 * sigma).rounded(.up)))
    let blurred = plane.gaussianBlurred(sigma: sigma)
    for (x, y) in [(0, 0), (14, 10), (28, 3), (5, 20), (28, 20)] {
      var sum: Double = 0
      var weight: Double = 0
      for v in max(0, y - radius)...min(20, y + radius) {
        for u in max(0, x - radius)...min(28, x + radius) {
          let square = Float((u - x) * (u - x) + (v - y) * (v - y))
          let w = Double(Elementary.exp(-square / (2 * sigma * sigma)))
          sum += w * Double(plane.data[v * 29 + u])
          weight += w
        }
      }
      #expect(abs(blurred.data[y * 29 + x] - Float(sum / weight)) < 1e-5)
    }
  }

  @Test func blurringKeepsAFlatPictureFlat() {
    let flat = Plane(width: 33, height: 12, repeating: 0.37)
    #expect(Pictures.largestDifference(flat.boxBlurred(radius: 5), flat) < 1e-6)
    #expect(Pictures.largestDifference(flat.gaussianBlurred(sigma: 3), flat) < 1e-6)
  }
}
