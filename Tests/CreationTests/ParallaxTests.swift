import Creation
import Linear
import Testing

@Suite("Depth from other sides")
struct ParallaxTests {
  private static let depth: [Float] = [0.8, -1.2, 0.9, 1, -0.7, 1.1, -0.9, 0.6]

  @Test("Two turned views tell how deep a face is, which its landmarks do not")
  func depthFromTwo() {
    let sitter = Sitter(depth: Self.depth)
    let alone = sitter.made(with: [])
    let both = sitter.made(with: [sitter.view(yaw: 0.33, pitch: 0.05), sitter.view(yaw: -0.3)])
    #expect(alone.error > 0.12)
    #expect(both.error < 0.5 * alone.error)
    #expect(both.uses.allSatisfy { $0.contains(.shape) })
  }

  @Test("So does one, also with a smile")
  func depthFromOne() {
    let sitter = Sitter(depth: Self.depth)
    let one = sitter.made(with: [sitter.view(yaw: 0.33, smile: 0.3)])
    #expect(one.error < 0.7 * sitter.made(with: []).error)
    #expect(one.uses[0].contains(.shape))
  }

  @Test("A head that is as deep as it was taken for stays as it is")
  func nothingNew() {
    let sitter = Sitter(depth: [])
    let alone = sitter.made(with: [])
    let both = sitter.made(with: [sitter.view(yaw: 0.33), sitter.view(yaw: -0.3)])
    #expect(both.error < alone.error + 0.03)
  }

  @Test("Views from the front, and skin without a mark, tell nothing")
  func nothingToSee() {
    let sitter = Sitter(depth: Self.depth)
    let alone = sitter.made(with: [])
    let front = sitter.made(with: [sitter.view(yaw: 0.05)])
    #expect(front.error == alone.error && front.uses == [[]])
    let plain = Sitter(depth: Self.depth, marks: 0)
    let blank = plain.made(with: [plain.view(yaw: 0.33)])
    #expect(blank.error == plain.made(with: []).error && !blank.uses[0].contains(.shape))
  }
}
