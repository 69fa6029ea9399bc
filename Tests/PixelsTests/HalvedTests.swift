import Pixels
import Testing

@Suite("Pictures at half their size")
struct HalvedTests {
  @Test("Every new pixel is the mean of four, channel by channel")
  func mean() {
    let picture = PixelBuffer(
      width: 4, height: 2, channels: 3,
      data: [
        0, 10, 255, 4, 30, 255, 200, 0, 0, 200, 0, 0,
        8, 10, 255, 12, 30, 255, 100, 0, 0, 100, 0, 1,
      ])
    #expect(picture.halved == PixelBuffer(width: 2, height: 1, channels: 3, data: [6, 20, 255, 150, 0, 1]))
  }

  @Test("Odd sizes and single rows", arguments: [(7, 5), (1, 9), (6, 1), (1, 1)])
  func odd(width: Int, height: Int) {
    let plain = PixelBuffer(
      width: width, height: height, channels: 1, data: [UInt8](repeating: 77, count: width * height))
    let half = plain.halved
    #expect((half.width, half.height) == (max(1, width / 2), max(1, height / 2)))
    #expect(half.data.allSatisfy { $0 == 77 })
  }
}
