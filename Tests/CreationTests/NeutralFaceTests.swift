import Avatar
import Creation
import Head
import Linear
import People
import Testing

@Suite struct NeutralFaceTests {
  static func openMouth(_ amount: Float) -> Person {
    var face = BlendshapeWeights()
    face[.jawOpen] = amount
    face[.mouthUpperUpLeft] = 0.4
    face[.mouthUpperUpRight] = 0.4
    face[.mouthSmileLeft] = 0.4
    return Person(yaw: 0.1, expression: face)
  }

  @Test(arguments: [Float(0), 0.15, 0.4])
  func theLipsOfTheNeutralFaceAreClosed(amount: Float) {
    let avatar = Self.openMouth(amount).created().avatar
    let contours = Person.rig.contours
    for (u, l) in zip(contours.upperLipInner, contours.lowerLipInner) {
      #expect((avatar.neutralPositions[Int(u)] - avatar.neutralPositions[Int(l)]).length < 1e-4)
    }
  }

  @Test func thePhotosFaceKeepsItsOpenMouth() {
    let avatar = Self.openMouth(0.4).created().avatar
    let contours = Person.rig.contours
    let k = contours.upperLipInner.count / 2
    let gap =
      avatar.photoPositions[Int(contours.upperLipInner[k])] - avatar.photoPositions[Int(contours.lowerLipInner[k])]
    #expect(gap.length > 0.6)
  }

  @Test func eyesAndForeheadAreNotMovedByClosingTheMouth() {
    let avatar = Self.openMouth(0.4).created().avatar
    for landmark in [10, 33, 133, 263, 362, 168] {
      let move =
        Person.fit.position(landmark, avatar.neutralPositions) - Person.fit.position(landmark, avatar.photoPositions)
      #expect(move.length < 0.25)
    }
  }

  @Test(arguments: [false, true])
  func aBlinkClosesTheEye(left: Bool) {
    let avatar = Person(yaw: 0.1, roll: 0.2).created().avatar
    let contours = Person.rig.contours
    let upper = left ? contours.upperLidLeft : contours.upperLidRight
    let lower = left ? contours.lowerLidLeft : contours.lowerLidRight
    let blink = left ? avatar.blinkLeft : avatar.blinkRight
    var closed = avatar.neutralPositions
    for (k, i) in blink.indices.enumerated() { closed[Int(i)] += blink.deltas[k] }
    let up = avatar.camera.rotation.c1
    for k in 1..<upper.count - 1 {
      let open = (avatar.neutralPositions[Int(upper[k])] - avatar.neutralPositions[Int(lower[k])]).dot(up)
      let gap = (closed[Int(upper[k])] - closed[Int(lower[k])]).dot(up)
      #expect(open > 0)
      // Shut, the upper lid a hair over the lower one.
      #expect(gap < 0.001 && gap > -0.1)
    }
    // The other eye and the mouth stay.
    let other = left ? contours.upperLidRight : contours.upperLidLeft
    for i in other + contours.upperLipOuter {
      #expect((closed[Int(i)] - avatar.neutralPositions[Int(i)]).length < 1e-3)
    }
  }

  @Test func theEyeballsStayBehindTheLidsWhileTheyClose() {
    let avatar = Person(pitch: 0.1).created().avatar
    let contours = Person.rig.contours
    for (eye, blink, rim) in [
      (avatar.eyeRight, avatar.blinkRight, contours.upperLidRight),
      (avatar.eyeLeft, avatar.blinkLeft, contours.upperLidLeft),
    ] {
      for step in 0...10 {
        var face = avatar.neutralPositions
        for (k, i) in blink.indices.enumerated() { face[Int(i)] += blink.deltas[k] * (Float(step) / 10) }
        for i in rim { #expect((face[Int(i)] - eye.ballCentre).length > eye.ballRadius) }
      }
    }
  }
}
