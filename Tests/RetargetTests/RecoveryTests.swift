import Head
import Linear
import People
import Retarget
import Testing

/// A synthetic person before a camera: what they do is what comes out.
@Suite struct RecoveryTests {
  @Test(arguments: [0.2, -0.2] as [Float])
  func eachAngleOfTheHeadIsRecovered(angle: Float) {
    let poses = [
      Sitting().pose { $0.turn(yaw: angle) }, Sitting().pose { $0.turn(pitch: angle) },
      Sitting().pose { $0.turn(roll: angle) },
    ]
    for (k, pose) in poses.enumerated() {
      let found = Vector3(pose.yaw, pose.pitch, pose.roll)
      for axis in 0..<3 { #expect(abs(found[axis] - (axis == k ? angle : 0)) < 0.03, "\(k): \(found)") }
    }
  }

  @Test(
    arguments: [
      .jawOpen, .browInnerUp, .browOuterUpLeft, .browDownRight, .mouthPucker, .mouthFunnel, .mouthSmileLeft,
      .mouthFrownRight, .mouthStretchLeft, .mouthLeft, .mouthRight, .cheekSquintLeft, .eyeSquintRight, .eyeBlinkLeft,
      .eyeWideRight, .noseSneerLeft, .mouthPressLeft, .mouthRollLower, .mouthUpperUpRight, .mouthLowerDownLeft,
    ] as [Blendshape])
  func aShapeIsRecoveredAndTheOtherSideStays(shape: Blendshape) {
    let pose = Sitting().pose { $0.expression[shape] = 0.6 }
    #expect(pose.weights[shape] > 0.25 && pose.weights[shape] < 0.85, "\(pose.weights[shape])")
    for other in Retargeter.shapes where other != shape {
      #expect(pose.weights[other] < pose.weights[shape] * 0.67, "\(other): \(pose.weights[other])")
    }
    if shape != .jawOpen { #expect(pose.weights[.jawOpen] < 0.12) }
    #expect(abs(pose.yaw) < 0.01 && abs(pose.pitch) < 0.02)
  }

  @Test func shapesAreRecoveredOnATurnedHeadToo() {
    let pose = Sitting().pose {
      $0.turn(yaw: 0.25, pitch: -0.1)
      $0.expression[.jawOpen] = 0.5
      $0.expression[.eyeBlinkRight] = 1
    }
    #expect(abs(pose.weights[.jawOpen] - 0.5) < 0.15 && pose.weights[.eyeBlinkRight] > 0.9)
    #expect(pose.weights[.eyeBlinkLeft] < 0.1 && abs(pose.yaw - 0.25) < 0.04)
  }

  @Test(arguments: [Vector2(0.2, 0), Vector2(-0.3, 0), Vector2(0, 0.15), Vector2(0.1, -0.2)])
  func theGazeIsFollowed(gaze: Vector2) {
    // A detector shrinks the eyes' turns, a synthetic person's do not: they come out with the detector's gain.
    let found = Sitting().pose { $0.gaze = gaze }.gaze
    let expected = gaze * Vector2(1.3, 1.8)
    #expect((found - expected).length < 0.06 + expected.length * 0.2, "\(found)")
  }

  @Test func theGazeStaysWhereItWasBehindClosedLids() {
    let pose = Sitting().pose {
      $0.expression[.eyeBlinkLeft] = 1
      $0.expression[.eyeBlinkRight] = 1
      $0.gaze = Vector2(0.3, -0.3)
    }
    #expect(pose.gaze.length < 0.03)
  }

  @Test func theBrowStaysWhereItWasAboveAClosedLid() {
    let pose = Sitting().pose {
      $0.expression[.eyeBlinkLeft] = 1
      for shape in [.browDownLeft, .browDownRight] as [Blendshape] { $0.expression[shape] = 0.6 }
    }
    #expect(pose.weights[.browDownLeft] < 0.05 && pose.weights[.browDownRight] > 0.25)
  }

  @Test func aMirrorTurnsLeftForRight() {
    var sitting = Sitting()
    sitting.retargeter.isMirrored = true
    let pose = sitting.pose {
      $0.turn(yaw: 0.2, pitch: 0.1, roll: 0.1)
      $0.expression[.mouthSmileLeft] = 0.6
      $0.expression[.mouthLeft] = 0.3
    }
    #expect(pose.yaw < -0.15 && pose.pitch > 0.07 && pose.roll < -0.07)
    #expect(pose.weights[.mouthSmileRight] > 0.3 && pose.weights[.mouthSmileLeft] < 0.1)
    #expect(pose.weights[.mouthRight] > 0.15 && pose.weights[.mouthLeft] < 0.1)
  }
}
