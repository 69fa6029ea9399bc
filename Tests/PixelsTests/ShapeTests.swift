import Linear
import Pixels
import Testing

@Suite struct ShapeTests {
  @Test(arguments: [1, 2, 3, 5, 8, 30])
  func dilationIsTheGreatestAndErosionTheSmallestInTheWindow(radius: Int) {
    let plane = Pictures.noise(37, 26, seed: 9)
    let dilated = plane.dilated(radius: radius)
    let eroded = plane.eroded(radius: radius)
    for y in 0..<26 {
      for x in 0..<37 {
        let values = (max(0, y - radius)...min(25, y + radius)).flatMap { v in
          (max(0, x - radius)...min(36, x + radius)).map { plane.data[v * 37 + $0] }
        }
        #expect(dilated.data[y * 37 + x] == values.max()!)
        #expect(eroded.data[y * 37 + x] == values.min()!)
      }
    }
  }

  @Test func componentsHangTogetherByTheirSides() {
    let rows = ["##..#", "#..##", ".#...", "##.##"]
    let plane = Plane(width: 5, height: 4, data: rows.joined().map { $0 == "#" ? 1 : 0.5 })
    let groups = plane.components(above: 0.5)
    #expect(groups.map { $0.sorted() } == [[0, 1, 5], [4, 8, 9], [11, 15, 16], [18, 19]])
    #expect(plane.components(above: 1) == [])
  }

  @Test func aPolygonsCoverageAddsUpToItsArea() {
    let triangle = [Vector2(3.2, 4.1), Vector2(27.9, 8.3), Vector2(11.4, 22.6)]
    let plane = Plane(width: 32, height: 24, polygon: triangle, scanlines: 16)
    let area =
      abs(
        (triangle[1].x - triangle[0].x) * (triangle[2].y - triangle[0].y)
          - (triangle[2].x - triangle[0].x) * (triangle[1].y - triangle[0].y)) / 2
    #expect(abs(plane.data.reduce(0, +) - area) < 0.5)
    #expect(plane.data.allSatisfy { $0 >= 0 && $0 <= 1.0001 })
  }

  @Test func aRectangleOnPixelBordersCoversWholePixels() {
    let plane = Plane(
      width: 8, height: 6, polygon: [Vector2(2, 1), Vector2(5, 1), Vector2(5, 4), Vector2(2, 4)])
    for y in 0..<6 {
      for x in 0..<8 {
        let inside = (2..<5).contains(x) && (1..<4).contains(y)
        #expect(abs(plane.data[y * 8 + x] - (inside ? 1 : 0)) < 1e-6)
      }
    }
  }

  @Test func aPolygonOutsideThePictureIsClipped() {
    let plane = Plane(
      width: 4, height: 4, polygon: [Vector2(-50, -50), Vector2(50, -50), Vector2(50, 50), Vector2(-50, 50)])
    #expect(plane.data.allSatisfy { abs($0 - 1) < 1e-6 })
  }
}
