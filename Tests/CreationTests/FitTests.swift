import Avatar
import Creation
import Head
import Linear
import People
import Testing

@Suite struct FitTests {
  @Test(arguments: [(0, 0, 0), (0.2, -0.1, 0), (-0.15, 0.12, 0.2), (0, 0, -0.4)] as [(Float, Float, Float)])
  func theFitFindsTheCameraThatTookThePhoto(yaw: Float, pitch: Float, roll: Float) {
    let person = Person(yaw: yaw, pitch: pitch, roll: roll)
    let camera = person.created().avatar.camera
    // A large head far away and a small one near by look the same: the mean size is preferred.
    #expect(abs(camera.pixelsPerUnit / person.camera.pixelsPerUnit - 1) < 0.08)
    let turn = camera.rotation * person.camera.rotation.transposed
    let angle = Elementary.asin(
      Vector3(turn.c1.z - turn.c2.y, turn.c2.x - turn.c0.z, turn.c0.y - turn.c1.x).length / 2)
    #expect(angle < 0.03)
  }

  @Test func theFitFindsTheShapeOfTheFace() {
    let person = Person(yaw: 0.1)
    let avatar = person.created().avatar
    let truth = person.vertices
    // Compared as seen: in pixels, over the skin of the face.
    var sum: Float = 0
    let face = Person.rig.vertices(of: .face)
    for i in face { sum += (avatar.camera.project(avatar.photoPositions[i]) - person.camera.project(truth[i])).length }
    #expect(sum / Float(face.count) / person.eyeDistance < 0.012)
  }

  @Test func landmarksProjectToWhereTheyWereSeen() {
    var smile = BlendshapeWeights()
    smile[.mouthSmileLeft] = 0.7
    smile[.mouthSmileRight] = 0.5
    smile[.jawOpen] = 0.2
    smile[.browInnerUp] = 0.4
    let person = Person(yaw: -0.12, pitch: 0.08, roll: 0.1, expression: smile)
    let avatar = person.created().avatar
    var sum: Float = 0
    for k in 0..<RigFit.landmarkCount {
      sum += (avatar.camera.project(Person.fit.position(k, avatar.photoPositions)) - person.landmarks[k].xy).length
    }
    #expect(sum / Float(RigFit.landmarkCount) / person.eyeDistance < 0.003)
  }

  @Test func anExpressionIsFoundAndOnlyPartlyKept() {
    var smile = BlendshapeWeights()
    smile[.mouthSmileLeft] = 0.8
    smile[.mouthSmileRight] = 0.8
    smile[.jawOpen] = 0.3
    let kept = Person(expression: smile).created().avatar.keptExpression
    #expect(kept[.mouthSmileLeft] > 0.12 && kept[.mouthSmileLeft] < 0.36)
    #expect(kept[.jawOpen] == 0)
    let calm = Person().created().avatar.keptExpression
    #expect(calm[.mouthSmileLeft] < 0.1 && calm[.mouthSmileRight] < 0.1)
  }

  @Test func theFocalPointSeesTheWholeHead() {
    let avatar = Person().created().avatar
    for p in avatar.photoPositions { #expect(p.z < avatar.camera.focalDistance - 100) }
  }
}
