import Pixels
import Testing

@Suite("Straight alpha")
struct StraightAlphaTests {
  private func straightened(_ pixels: [SIMD4<UInt8>], width: Int) -> [SIMD4<UInt8>] {
    var pixels = pixels
    let alpha = StraightAlpha(width: width, height: pixels.count / width)
    pixels.withUnsafeMutableBytes { alpha.straighten($0) }
    return pixels
  }

  @Test("is the colour without its share") func divides() {
    let pixels = straightened([.init(64, 32, 0, 128), .init(9, 8, 7, 255)], width: 2)
    #expect(pixels == [.init(128, 64, 0, 128), .init(9, 8, 7, 255)])
  }

  @Test("goes on under what nothing covers, and leaves it uncovered", arguments: [(16, 16), (37, 5), (1, 9), (90, 70)])
  func spreads(_ width: Int, _ height: Int) {
    // A reddish column at the left, nothing beside it.
    var picture = [SIMD4<UInt8>](repeating: .zero, count: width * height)
    for y in 0..<height { picture[y * width] = .init(200, 20, 10, 255) }
    let pixels = straightened(picture, width: width)
    for y in 0..<height {
      #expect(pixels[y * width] == .init(200, 20, 10, 255))
      for x in 1..<width { #expect(pixels[y * width + x] == .init(200, 20, 10, 0)) }
    }
  }

  @Test("has the nearest colour, not the mean of all") func near() {
    var picture = [SIMD4<UInt8>](repeating: .zero, count: 64 * 4)
    for y in 0..<4 {
      picture[y * 64] = .init(255, 0, 0, 255)
      picture[y * 64 + 63] = .init(0, 0, 255, 255)
    }
    let pixels = straightened(picture, width: 64)
    #expect(pixels[2] == .init(255, 0, 0, 0) && pixels[61] == .init(0, 0, 255, 0))
  }

  @Test("of an empty picture is empty") func empty() {
    #expect(straightened(.init(repeating: .zero, count: 30), width: 6).allSatisfy { $0 == .zero })
  }
}
