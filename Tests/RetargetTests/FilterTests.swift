import Head
import Linear
import People
import Retarget
import Testing

/// What rests does not tremble, what moves is not late.
@Suite struct FilterTests {
  /// Landmarks tremble by this much, pixels, where the eyes are 170 apart: what the network does on a camera's noise.
  private static let noise: Float = 0.4

  @Test func aStillFaceIsStill() {
    var sitting = Sitting()
    sitting.noise = Self.noise
    var yaw: [Float] = []
    var blink: [Float] = []
    var smile: [Float] = []
    for k in 0..<150 {
      let pose = sitting.frame()!
      guard k >= 30 else { continue }
      yaw.append(pose.yaw * 180 / Elementary.pi)
      blink.append(pose.weights[.eyeBlinkLeft])
      smile.append(pose.weights[.mouthSmileLeft])
    }
    #expect(deviation(yaw) < 0.1 && deviation(blink) < 0.02 && deviation(smile) < 0.02)
  }

  @Test func aMovingHeadIsFollowedWithinAFrame() {
    var sitting = Sitting()
    let start = sitting.person
    var shown: [Float] = []
    var found: [Float] = []
    for k in 0..<90 {
      let yaw = 0.2 * Elementary.sin(2 * Elementary.pi * Float(k) / 30)
      sitting.person = start
      sitting.person.turn(yaw: yaw)
      shown.append(yaw)
      found.append(sitting.frame()!.yaw)
    }
    // How late the zero crossings are, in frames: the phase between both at 1 Hz.
    var sine: Float = 0
    var cosine: Float = 0
    for k in 30..<90 {
      sine += found[k] * Elementary.sin(2 * Elementary.pi * Float(k) / 30)
      cosine += found[k] * Elementary.cos(2 * Elementary.pi * Float(k) / 30)
    }
    let lateFrames = -Elementary.atan2(cosine, sine) / (2 * Elementary.pi) * 30
    #expect(lateFrames > -0.2 && lateFrames < 1, "\(lateFrames)")
  }

  @Test func aBlinkIsNotSmoothedAway() {
    var sitting = Sitting()
    var deepest: Float = 0
    for closure in [0.4, 0.9, 1, 0.8, 0.4, 0] as [Float] {
      sitting.person.expression[.eyeBlinkLeft] = closure
      deepest = max(deepest, sitting.frame()!.weights[.eyeBlinkLeft])
    }
    #expect(deepest > 0.85)
  }

  private func deviation(_ values: [Float]) -> Float {
    let mean = values.reduce(0, +) / Float(values.count)
    return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot()
  }
}
