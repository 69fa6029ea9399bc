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

  /// Seen from the front the edge of the upper teeth is as far under the line of the lips as the rig's, also where the head
  /// is bowed: the lip would hide them.
  @Test(arguments: [Float(-0.2), 0, 0.2])
  func theUpperTeethAreSeenUnderTheLip(pitch: Float) {
    let rig = Person.rig
    func height(_ vertices: [Vector3]) -> Float {
      func mean(_ line: some Collection<UInt16>) -> Float {
        line.reduce(0) { $0 + vertices[Int($1)].y } / Float(line.count)
      }
      let line = rig.contours.upperLipInner
      return mean(rig.contours.upperTeethEdge.filter { abs(rig.neutral[Int($0)].x) < 1 })
        - mean(line[line.count / 3..<line.count - line.count / 3])
    }
    let avatar = Person(pitch: pitch).created().avatar
    #expect(abs(height(avatar.neutralPositions) - height(rig.neutral)) < 0.03)
  }

  /// A smile squints; what of it the neutral face leaves out opens the eyes again, each its own.
  @Test func eyesThatASmileSquintsOpenAgain() {
    let contours = Person.rig.contours
    func opened(_ smile: Blendshape?) -> (right: Float, left: Float) {
      var face = BlendshapeWeights()
      if let smile { face[smile] = 0.8 }
      let avatar = Person(expression: face).created().avatar
      func gap(_ upper: [UInt16], _ lower: [UInt16], _ vertices: [Vector3]) -> Float {
        zip(upper, lower).reduce(0) { $0 + (vertices[Int($1.0)] - vertices[Int($1.1)]).length }
      }
      func gain(_ upper: [UInt16], _ lower: [UInt16]) -> Float {
        gap(upper, lower, avatar.neutralPositions) / gap(upper, lower, avatar.photoPositions) - 1
      }
      return (
        gain(contours.upperLidRight, contours.lowerLidRight), gain(contours.upperLidLeft, contours.lowerLidLeft)
      )
    }
    let serious = opened(nil)
    #expect(abs(serious.right) < 0.01 && abs(serious.left) < 0.01)
    let smiling = opened(.mouthSmileLeft)
    #expect(smiling.left > 0.04 && smiling.left < 0.2)
    #expect(abs(smiling.right) < 0.3 * smiling.left)
  }

  /// Closed lips have their dark line in the photo; open ones have teeth there.
  @Test func onlyOpenLipsTakeTheirEdgeFromFurtherInside() {
    let contours = Person.rig.contours
    func shift(_ amount: Float) -> Float {
      let avatar = (amount > 0 ? Self.openMouth(amount) : Person()).created().avatar
      let middle = contours.upperLipInner.count / 2
      let rims = [contours.upperLipInner[middle], contours.lowerLipInner[middle]]
      return rims.map { (avatar.faceTexture[Int($0)] - avatar.camera.project(avatar.photoPositions[Int($0)])).length }
        .max()! / avatar.camera.pixelsPerUnit
    }
    #expect(shift(0) < 0.02)
    #expect(shift(0.4) > 0.1)
  }

  /// The white of the eyes may tell nothing, as behind glasses.
  @Test func teethThatThePhotoDoesNotShowAreAsLightAsTheSkin() {
    let appearance = Person().created().avatar.appearance
    #expect(!appearance.showsTeeth)
    #expect(appearance.teeth.x > appearance.skin.x && appearance.teeth.z > 1.3 * appearance.skin.z)
    #expect(appearance.teeth.x > appearance.teeth.y && appearance.teeth.y > appearance.teeth.z)
  }

  @Test func aGreyPhotoHasAGreyMouth() {
    let person = Person()
    var photo = person.photo
    for i in 0..<photo.width * photo.height {
      photo.data[3 * i + 1] = photo.data[3 * i]
      photo.data[3 * i + 2] = photo.data[3 * i]
    }
    let look = AvatarBuilder(rig: Person.rig, fit: Person.fit).build(
      photo: photo, landmarks: person.landmarks, mask: { person.mask($0) }, progress: { _ in }
    ).avatar.appearance
    for colour in [look.innerLip, look.gums, look.teeth] { #expect(colour.max() - colour.min() < 0.01) }
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

  @Test(
    "Eyes slant down as they close: the outer corner goes with the upper lid, the inner one stays",
    arguments: [false, true])
  func shutLidsSlant(left: Bool) {
    let avatar = Person(roll: 0.2).created().avatar
    let rig = Person.rig
    let rim = left ? rig.contours.upperLidLeft : rig.contours.upperLidRight
    let blink = left ? avatar.blinkLeft : avatar.blinkRight
    var moves = [Vector3](repeating: .zero, count: rig.vertexCount)
    for (k, i) in blink.indices.enumerated() { moves[Int(i)] = blink.deltas[k] }
    let up = avatar.camera.rotation.c1
    let outerToInner = rim.sorted { abs(rig.neutral[Int($0)].x) > abs(rig.neutral[Int($1)].x) }
    let (outer, inner) = (moves[Int(outerToInner.first!)].dot(up), moves[Int(outerToInner.last!)])
    #expect(outer < -0.2 && outer > -0.6)
    #expect(inner.length < 1e-3)
    // The skin beside the corner follows without a fold, the temple stays.
    let corner = abs(rig.neutral[Int(outerToInner.first!)].x)
    let open = avatar.neutralPositions
    let faces = rig.triangles[rig.triangles(of: .face)].map { Int($0) }
    var beside = 0
    for t in stride(from: 0, to: faces.count, by: 3) {
      let triangle = faces[t..<t + 3]
      let x = triangle.map { rig.neutral[$0].x * (left ? 1 : -1) }.min()!
      guard x > corner - 0.01 else { continue }
      func normal(_ at: (Int) -> Vector3) -> Vector3 {
        (at(faces[t + 1]) - at(faces[t])).cross(at(faces[t + 2]) - at(faces[t]))
      }
      #expect(normal { open[$0] }.dot(normal { open[$0] + moves[$0] }) > 0)
      if triangle.contains(where: { moves[$0].length > 0 }) { beside += 1 }
      if x > corner + 0.8 { #expect(triangle.allSatisfy { moves[$0].length < 1e-3 }) }
    }
    #expect(beside > 10)
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
