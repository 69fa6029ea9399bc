import Linear
import Pixels
import Testing

@Suite struct PatchCompletionTests {
  /// Slanted stripes on a slope of light, with a hole in the middle.
  static func stripes(_ size: Int = 300, hole: Int = 90) -> (whole: Plane4, known: Plane4) {
    var whole = Plane4(width: size, height: size)
    for y in 0..<size {
      for x in 0..<size {
        let stripe = (x + y / 2) / 9 % 2 == 0 ? Float(0.2) : -0.2
        let light = 0.5 + 0.2 * Float(y) / Float(size)
        whole.data[y * size + x] = SIMD4(light + stripe, light, light - stripe, 1)
      }
    }
    var known = whole
    let edge = (size - hole) / 2
    for y in edge..<edge + hole {
      for x in edge..<edge + hole { known.data[y * size + x] = .zero }
    }
    return (whole, known)
  }

  static func error(_ picture: Plane4, _ whole: Plane4, where isMeant: (Int) -> Bool) -> Float {
    var sum: Float = 0
    var count: Float = 0
    for i in picture.data.indices where isMeant(i) {
      let d = picture.data[i] - whole.data[i]
      sum += d.x * d.x + d.y * d.y + d.z * d.z
      count += 3
    }
    return (sum / count).squareRoot()
  }

  @Test func aPatternGoesOnThroughTheHole() {
    let (whole, known) = Self.stripes()
    let smooth = known.inpainted()
    let filled = known.completed(reach: 80, over: smooth)
    let isHole = { known.data[$0].w == 0 }
    let blurred = Self.error(smooth, whole, where: isHole)
    let completed = Self.error(filled, whole, where: isHole)
    #expect(blurred > 0.12)
    #expect(completed < 0.35 * blurred, "completed \(completed), smooth \(blurred)")
    #expect(Self.error(filled, whole, where: { known.data[$0].w == 1 }) == 0)
    #expect(filled == known.completed(reach: 80, over: smooth))
  }

  @Test func deepInsideItIsSmooth() {
    let (_, known) = Self.stripes(300, hole: 200)
    let smooth = known.inpainted()
    let filled = known.completed(reach: 40, over: smooth)
    let centre = 150 * 300 + 150
    #expect(filled.data[centre] == smooth.data[centre])
    let near = 55 * 300 + 150
    #expect(abs(filled.data[near].x - smooth.data[near].x) > 0.02)
  }

  @Test(arguments: [(1, 1), (3, 40), (17, 9), (600, 4)])
  func smallAndNarrowPicturesAreTaken(_ width: Int, _ height: Int) {
    var picture = Plane4(width: width, height: height, repeating: SIMD4(0.4, 0.5, 0.6, 1))
    for i in picture.data.indices where i % 3 == 0 { picture.data[i] = .zero }
    let smooth = picture.inpainted()
    let filled = picture.completed(reach: 5, over: smooth)
    #expect(filled.data.count == width * height)
    let nothing = Plane4(width: width, height: height)
    #expect(nothing.completed(reach: 5, over: smooth) == smooth)
    for i in filled.data.indices where picture.data[i].w == 1 { #expect(filled.data[i] == picture.data[i]) }
  }
}
