import Foundation
import Linear
import Testing

@Suite("Elementary functions agree with the C library")
struct ElementaryTests {
  @Test func sineAndCosine() {
    for i in -4000...4000 {
      let x = Float(i) * 0.013
      #expect(abs(Double(Elementary.sin(x)) - sin(Double(x))) < 5e-7)
      #expect(abs(Double(Elementary.cos(x)) - cos(Double(x))) < 5e-7)
    }
  }

  @Test func exponentialAndLogarithm() {
    for i in -800...800 {
      let x = Float(i) * 0.1
      let expected = exp(Double(x))
      #expect(abs(Double(Elementary.exp(x)) - expected) <= 4e-7 * expected)
      let y = Float(expected)
      if y > 0, y < .infinity {
        #expect(abs(Double(Elementary.log(y)) - log(Double(y))) < 4e-7 * max(1, abs(log(Double(y)))))
      }
    }
    #expect(Elementary.log(0) == -.infinity)
    #expect(Elementary.exp(100) == .infinity)
    #expect(Elementary.exp(-200) == 0)
  }

  @Test func arcTangent() {
    for i in 0..<720 {
      let a = Double(i) * .pi / 360 - .pi + 1e-3
      let got = Elementary.atan2(Float(sin(a)), Float(cos(a)))
      #expect(abs(Double(got) - atan2(Double(Float(sin(a))), Double(Float(cos(a))))) < 2e-6)
    }
  }

  @Test func yawTurnsTheNoseToTheImagesRightPitchDownRollClockwise() {
    let nose = Vector3(0, 0, 1)
    #expect((Matrix3.rotation(yaw: 0.1, pitch: 0, roll: 0) * nose).x > 0)
    #expect((Matrix3.rotation(yaw: 0, pitch: 0.1, roll: 0) * nose).y < 0)
    #expect((Matrix3.rotation(yaw: 0, pitch: 0, roll: 0.1) * Vector3(0, 1, 0)).x > 0)
  }

  @Test func randomNumbersAreTheSameEverywhere() {
    var random = SeededRandom(seed: 7)
    let first = (0..<4).map { _ in random.next() }
    var again = SeededRandom(seed: 7)
    #expect(first == (0..<4).map { _ in again.next() })
    let mean = (0..<4096).reduce(Float(0)) { sum, _ in sum + random.uniform() } / 4096
    #expect(abs(mean - 0.5) < 0.02)
  }
}
