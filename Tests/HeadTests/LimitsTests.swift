import Head
import Linear
import Testing

@Suite("Limits") struct LimitsTests {
  @Test("bring a wild pose back, and turn what is not a number into rest")
  func clamp() {
    var pose = Pose()
    pose.yaw = 3
    pose.pitch = .nan
    pose.roll = -.infinity
    pose.gaze = Vector2(9, -9)
    pose.translation = Vector3(100, .nan, -100)
    pose.weights[.jawOpen] = 5
    pose.weights[.mouthSmileLeft] = -1
    pose.weights[.mouthPucker] = .nan
    Limits.clamp(&pose)
    #expect(pose.yaw == Limits.yaw && pose.pitch == 0 && pose.roll == -Limits.roll)
    #expect(pose.gaze == Vector2(Limits.gazeX, -Limits.gazeY))
    #expect(pose.translation == Vector3(Limits.translation, 0, -Limits.translation))
    #expect(pose.weights[.jawOpen] == Limits.jawOpen)
    #expect(pose.weights[.mouthSmileLeft] == 0 && pose.weights[.mouthPucker] == 0)
  }

  @Test("A blink is known again beside a squint that has shortened it, each eye's own")
  func blinkBesideSquint() {
    var weights = BlendshapeWeights()
    weights[.eyeBlinkLeft] = 1
    weights[.eyeBlinkRight] = 0.4
    weights[.eyeSquintLeft] = 0.5
    weights[.cheekSquintLeft] = 1
    Limits.clamp(&weights)
    #expect(weights[.eyeBlinkLeft] < 0.7)
    #expect(abs(Limits.blink(in: weights, isLeft: true) - 1) < 1e-5)
    #expect(Limits.blink(in: weights, isLeft: false) == 0.4)
  }

  @Test("leave a calm pose as it is")
  func calm() {
    var pose = Pose()
    pose.yaw = 0.1
    pose.weights[.jawOpen] = 0.3
    pose.weights[.eyeLookDownLeft] = 0.4
    Limits.clamp(&pose)
    #expect(pose.yaw == 0.1 && pose.weights[.jawOpen] == 0.3 && pose.weights[.eyeLookDownLeft] == 0.4)
  }
}
