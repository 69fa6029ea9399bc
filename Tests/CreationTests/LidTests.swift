import Avatar
import Creation
import Head
import Linear
import People
import Pixels
import Testing

@Suite struct LidTests {
  /// The person with bright blue eyes and black lashes painted between the lids.
  static func painted(_ person: Person) -> PixelBuffer {
    var photo = person.photo
    let vertices = person.vertices
    let contours = Person.rig.contours
    for (upper, lower) in [
      (contours.upperLidRight, contours.lowerLidRight), (contours.upperLidLeft, contours.lowerLidLeft),
    ] {
      let rim = (upper + lower.reversed()).map { person.camera.project(vertices[Int($0)]) }
      let eye = Plane(width: photo.width, height: photo.height, polygon: rim)
      let lashes = eye.dilated(radius: 2)
      for i in eye.data.indices {
        let colour: SIMD3<Float>? = eye.data[i] > 0.5 ? [90, 160, 255] : lashes.data[i] > 0.5 ? [20, 15, 12] : nil
        if let colour { for k in 0..<3 { photo.data[3 * i + k] = UInt8(colour[k]) } }
      }
    }
    return photo
  }

  static func created(_ person: Person) -> CreatedAvatar {
    AvatarBuilder(rig: Person.rig, fit: Person.fit).build(
      photo: painted(person), landmarks: person.landmarks, mask: { person.mask($0) }, progress: { _ in })
  }

  /// Calls `visit` for every pixel of the square of one closed eye: the photo's place, the square's colour.
  static func visit(_ created: CreatedAvatar, isLeft: Bool, _ visit: (Vector2, SIMD3<Float>) -> Void) throws {
    let atlas = try #require(created.picture(.eyes))
    let side = atlas.width / 2
    let region = isLeft ? created.avatar.eyeLeft.lidRegion : created.avatar.eyeRight.lidRegion
    for y in 0..<side {
      for x in 0..<side {
        let i = (atlas.height - side + y) * atlas.width + (isLeft ? side : 0) + x
        let c = SIMD3(Float(atlas.data[3 * i]), Float(atlas.data[3 * i + 1]), Float(atlas.data[3 * i + 2]))
        let p = Vector2(
          region.x + (Float(x) + 0.5) * region.z / Float(side), region.y + (Float(y) + 0.5) * region.w / Float(side))
        visit(p, c)
      }
    }
  }

  @Test(arguments: [false, true]) func nothingOfTheEyeIsLeftBetweenClosedLids(isLeft: Bool) throws {
    let person = Person(yaw: 0.08, roll: 0.15)
    let created = Self.created(person)
    var blue = 0
    var all = 0
    try Self.visit(created, isLeft: isLeft) { _, c in
      all += 1
      if c.z > c.x { blue += 1 }
    }
    // What is left are the corners, which no lid covers.
    #expect(Float(blue) / Float(all) < 0.004)
  }

  @Test func closedLidsEndInALineOfLashes() throws {
    let person = Person()
    let created = Self.created(person)
    let contours = Person.rig.contours
    let avatar = created.avatar
    var closed = avatar.neutralPositions
    for (k, i) in avatar.blinkLeft.indices.enumerated() { closed[Int(i)] += avatar.blinkLeft.deltas[k] }
    let rim = avatar.camera.project(closed[Int(contours.upperLidLeft[contours.upperLidLeft.count / 2])])
    var darkest: (Float, Vector2) = (255, Vector2(0, 0))
    try Self.visit(created, isLeft: true) { p, c in
      if abs(p.x - rim.x) < 2 && c.x < darkest.0 { darkest = (c.x, p) }
    }
    #expect(darkest.0 < 70)
    #expect(abs(darkest.1.y - rim.y) < 0.15 * avatar.camera.pixelsPerUnit)
  }

  @Test func roundTheLidsTheSquareIsThePhoto() throws {
    let person = Person()
    let created = Self.created(person)
    let photo = Self.painted(person)
    let region = created.avatar.eyeLeft.lidRegion
    var error: Float = 0
    var count: Float = 0
    try Self.visit(created, isLeft: true) { p, c in
      // The lowest eighth: no blink reaches there.
      guard p.y > region.y + 0.875 * region.w else { return }
      let i = 3 * (Int(p.y) * photo.width + Int(p.x))
      error +=
        abs(c.x - Float(photo.data[i])) + abs(c.y - Float(photo.data[i + 1])) + abs(c.z - Float(photo.data[i + 2]))
      count += 3
    }
    #expect(count > 1000 && error / count < 3)
  }

  @Test func theBrowStaysWhereItIs() {
    let avatar = Person().created().avatar
    for (brow, blink) in [([46, 53, 52, 65, 55], avatar.blinkRight), ([276, 283, 282, 295, 285], avatar.blinkLeft)] {
      var closed = avatar.neutralPositions
      for (k, i) in blink.indices.enumerated() { closed[Int(i)] += blink.deltas[k] }
      for landmark in brow {
        let move = Person.fit.position(landmark, closed) - Person.fit.position(landmark, avatar.neutralPositions)
        #expect(move.length < 0.05)
      }
    }
  }
}
