import Linear
import Pixels
import Testing

@Suite struct ResamplingTests {
  let photo: PixelBuffer = {
    var random = SeededRandom(seed: 5)
    return PixelBuffer(
      width: 40, height: 30, channels: 3, data: (0..<3600).map { _ in UInt8(truncatingIfNeeded: random.next()) })
  }()

  @Test func theSameSizeIsAnExactCopy() {
    let copy = photo.resampled(SIMD4(0, 0, 40, 30), width: 40, height: 30)
    #expect(copy.rgb() == photo)
    let part = photo.resampled(SIMD4(7, 5, 12, 9), width: 12, height: 9).rgb()
    for y in 0..<9 {
      for x in 0..<36 { #expect(part.data[y * 36 + x] == photo.data[(y + 5) * 120 + 21 + x]) }
    }
  }

  @Test func shrinkingKeepsTheMean() {
    let small = photo.resampled(SIMD4(0, 0, 40, 30), width: 5, height: 4)
    let mean = small.data.map { $0.x + $0.y + $0.z }.reduce(0, +) / 60
    let expected = photo.data.map { Float($0) / 255 }.reduce(0, +) / 3600
    #expect(abs(mean - expected) < 0.02)
    // No aliasing: white noise averaged over 60 pixels is nearly flat.
    #expect(small.data.allSatisfy { abs($0.x - 0.5) < 0.2 })
  }

  @Test func aRampStaysARampAtAnySize() {
    var ramp = PixelBuffer(width: 64, height: 4, channels: 3)
    for i in 0..<64 * 4 { for c in 0..<3 { ramp.data[3 * i + c] = UInt8(2 * (i % 64)) } }
    for width in [16, 50, 150] {
      let resized = ramp.resampled(SIMD4(0, 0, 64, 4), width: width, height: 4)
      for x in width / 8..<width * 7 / 8 {
        let expected = 2 * ((Float(x) + 0.5) * 64 / Float(width) - 0.5) / 255
        #expect(abs(resized.data[width + x].x - expected) < 0.004)
      }
    }
  }

  @Test func aPlaneIsResizedBilinearly() {
    let plane = Plane(width: 2, height: 1, data: [0, 1])
    let wide = plane.resized(width: 4, height: 1)
    #expect(wide.data == [0, 0.25, 0.75, 1])
    #expect(plane.sample(Vector2(1, 0.5)) == 0.5)
    #expect(plane.sample(Vector2(-3, 9)) == 0)
  }
}
