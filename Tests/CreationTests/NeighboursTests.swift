import Creation
import Face
import Linear
import Pixels
import Testing

@Suite("Other people in the photo")
struct NeighboursTests {
  private static func face(_ x: Float, _ y: Float, size: Float = 100) -> DetectedFace {
    DetectedFace(
      score: 1, low: Vector2(x - size / 2, y - size / 2), high: Vector2(x + size / 2, y + size / 2), points: [])
  }

  /// What is left at places of a photo of 600x800.
  private func kept(_ own: DetectedFace, _ other: DetectedFace) -> (Float, Float) -> Float {
    let mask = Neighbours(of: own, others: [other]).removed(
      from: Plane(width: 600, height: 800, repeating: 1), SIMD4(0, 0, 600, 800))
    return { x, y in mask.data[Int(y) * 600 + Int(x)] }
  }

  @Test("beside the chosen one keep their half")
  func beside() {
    let at = kept(Self.face(200, 300), Self.face(400, 300))
    #expect(at(200, 300) == 1 && at(200, 600) == 1 && at(400, 300) == 0 && at(400, 600) == 0)
  }

  @Test("above the chosen one leave hair, face and body to it")
  func behind() {
    let at = kept(Self.face(300, 420), Self.face(310, 220, size: 120))
    #expect(at(300, 420) == 1 && at(300, 360) == 1 && at(300, 600) == 1 && at(240, 600) == 1)
    #expect(at(310, 220) == 0 && at(310, 160) == 0)
  }

  @Test("below the chosen one are none of it, hair included")
  func before() {
    let at = kept(Self.face(310, 220, size: 120), Self.face(300, 420))
    #expect(at(310, 220) == 1 && at(310, 160) == 1)
    #expect(at(300, 420) == 0 && at(300, 360) == 0 && at(300, 600) == 0)
    // A shoulder beside the one in front.
    #expect(at(460, 500) == 1)
  }
}
