import Head
import Linear
import People
import Retarget
import Testing

/// Everybody's face at rest is zero, wherever they sit.
@Suite struct CalibrationTests {
  private func isAtRest(_ pose: Pose) -> Bool {
    abs(pose.yaw) < 0.01 && abs(pose.pitch) < 0.01 && abs(pose.roll) < 0.01 && pose.translation.length < 0.1
      && pose.gaze.length < 0.02 && Retargeter.shapes.allSatisfy { pose.weights[$0] < 0.05 }
  }

  @Test(arguments: [240, 640, 1_280], [[], [2, -1, 1, 0.5], [-1.5, 1.5, -1]] as [[Float]])
  func neitherTheFaceNorItsSizeMatter(size: Int, identity: [Float]) {
    let sitting = Sitting(Person(identity: identity, size: size))
    #expect(isAtRest(sitting.pose { _ in }))
    let pose = sitting.pose {
      $0.turn(yaw: 0.15)
      $0.expression[.jawOpen] = 0.5
    }
    #expect(abs(pose.yaw - 0.15) < 0.03 && abs(pose.weights[.jawOpen] - 0.5) < 0.15)
  }

  @Test func aTurnedHeadAndASmileMayBeTheFaceAtRest() {
    var smile = BlendshapeWeights()
    smile[.mouthSmileLeft] = 0.5
    smile[.mouthSmileRight] = 0.5
    let sitting = Sitting(Person(yaw: 0.2, pitch: 0.1, roll: -0.1, expression: smile))
    #expect(isAtRest(sitting.pose { _ in }))
    let pose = sitting.pose { $0.turn(yaw: -0.2) }
    #expect(abs(pose.yaw + 0.2) < 0.03 && abs(pose.pitch) < 0.03)
  }

  @Test func aBlinkDuringItDoesNoHarm() {
    var sitting = Sitting.beforeCalibration()
    for k in 0..<40 {
      sitting.person.expression[.eyeBlinkLeft] = (8..<16).contains(k) ? 1 : 0
      sitting.person.expression[.eyeBlinkRight] = (8..<16).contains(k) ? 1 : 0
      _ = sitting.frame()
    }
    #expect(isAtRest(sitting.pose { _ in }))
  }

  @Test func itTakesASecondAndCanBeDoneAnew() {
    var sitting = Sitting.beforeCalibration()
    var frames = 1
    while sitting.frame() == nil { frames += 1 }
    #expect((30...32).contains(frames))
    sitting.person.turn(yaw: 0.2)
    sitting.retargeter.calibrate()
    // Until the new one is known the old one goes on.
    #expect(sitting.frame() != nil)
    while sitting.retargeter.isCalibrating { _ = sitting.frame() }
    #expect(isAtRest(sitting.pose { _ in }))
  }

  @Test func aMoveAsideIsNoTurn() {
    let pose = Sitting().pose { $0.camera.translation.x += 2 }
    #expect(abs(pose.translation.x - 2) < 0.3)
    // The synthetic camera stands far away and sees no side of the head; a near one would.
    #expect(abs(pose.yaw) < 0.08)
  }
}
