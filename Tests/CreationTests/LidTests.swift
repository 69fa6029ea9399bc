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
    created(person, painted(person))
  }

  /// Calls `visit` for every pixel of the square of one closed eye: the photo's place, the square's colour.
  static func visit(_ created: CreatedAvatar, isLeft: Bool, _ visit: (Vector2, SIMD3<Float>) -> Void) throws {
    let atlas = try #require(created.picture(.eyes))
    let side = atlas.width / 2
    let region = isLeft ? created.avatar.eyeLeft.lidRegion : created.avatar.eyeRight.lidRegion
    for y in 0..<side {
      for x in 0..<side {
        let i = (side / 2 + y) * atlas.width + (isLeft ? side : 0) + x
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

  /// A dark stroke, 3 pixels wide.
  private static func draw(_ photo: inout PixelBuffer, from a: Vector2, to b: Vector2) {
    let steps = Int((b - a).length * 2)
    for step in 0...steps {
      let p = a + (b - a) * (Float(step) / Float(steps))
      for y in Int(p.y) - 1...Int(p.y) + 1 {
        for x in Int(p.x) - 1...Int(p.x) + 1 {
          for k in 0..<3 { photo.data[3 * (y * photo.width + x) + k] = 20 }
        }
      }
    }
  }

  @Test func upperLashesBeyondTheCornerGoWithTheLid() throws {
    let person = Person()
    let rim = Person.rig.contours.upperLidLeft.map { person.camera.project(person.vertices[Int($0)]) }
      .sorted { $0.x < $1.x }
    let (inner, outer) = (rim[0], rim[rim.count - 1])
    let width = (outer - inner).length
    let tip = outer + Vector2(0.22, -0.1) * width
    var photo = Self.painted(person)
    Self.draw(&photo, from: outer, to: tip)
    let created = Self.created(person, photo)
    var darkest: Float = 255
    try Self.visit(created, isLeft: true) { p, c in
      let along = (p - outer).dot(tip - outer) / (tip - outer).dot(tip - outer)
      if along > 0.3, along < 1, (outer + (tip - outer) * along - p).length < 2 { darkest = min(darkest, c.x) }
    }
    // The skin's red is 190.
    #expect(darkest > 120)
  }

  @Test func lowerLashesAboveTheLineOfShutLidsGo() throws {
    let person = Person()
    let contours = Person.rig.contours
    let lower = contours.lowerLidLeft.map { person.camera.project(person.vertices[Int($0)]) }.sorted { $0.x < $1.x }
    let width = (lower[lower.count - 1] - lower[0]).length
    // The outer third, where lids meet lowest under the open eye.
    let part = lower.indices.filter { $0 * 3 > lower.count * 2 && $0 < lower.count - 3 }
    var photo = Self.painted(person)
    for k in part where k % 2 == 0 {
      Self.draw(&photo, from: lower[k], to: lower[k] + Vector2(0.02, 0.12) * width)
    }
    let created = Self.created(person, photo)
    let line = Self.rims(created.avatar).shut
    func y(_ contour: [Vector2], at x: Float) -> Float { contour.min { abs($0.x - x) < abs($1.x - x) }!.y }
    var darkest: Float = 255
    var count = 0
    try Self.visit(created, isLeft: true) { p, c in
      guard p.x > lower[part[0]].x, p.x < lower[part[part.count - 1]].x else { return }
      guard p.y > y(lower, at: p.x) + 0.02 * width, p.y < y(line, at: p.x) - 0.06 * width else { return }
      darkest = min(darkest, c.x)
      count += 1
    }
    #expect(count > 50 && darkest > 120, "\(count) \(darkest)")
  }

  /// The upper rim of the left eye's lids, open and shut, from its inner to its outer corner, photo pixels.
  private static func rims(_ avatar: Avatar) -> (open: [Vector2], shut: [Vector2]) {
    var closed = avatar.neutralPositions
    for (k, i) in avatar.blinkLeft.indices.enumerated() { closed[Int(i)] += avatar.blinkLeft.deltas[k] }
    func rim(_ positions: [Vector3]) -> [Vector2] {
      Person.rig.contours.upperLidLeft.map { avatar.camera.project(positions[Int($0)]) }.sorted { $0.x < $1.x }
    }
    return (rim(avatar.neutralPositions), rim(closed))
  }

  private static func created(_ person: Person, _ photo: PixelBuffer) -> CreatedAvatar {
    AvatarBuilder(rig: Person.rig, fit: Person.fit).build(
      photo: photo, landmarks: person.landmarks, mask: { person.mask($0) }, progress: { _ in })
  }

  @Test func mascaraDoesNotDarkenLids() throws {
    let person = Person()
    let plain = Self.painted(person)
    let bare = Self.created(person, plain)
    let (open, _) = Self.rims(bare.avatar)
    let width = open[open.count - 1].x - open[0].x
    var photo = plain
    let outer = open.indices.filter { $0 * 5 > open.count * 3 }
    for k in outer { Self.draw(&photo, from: open[k], to: open[k] + Vector2(0.08, -0.1) * width) }
    let made = Self.created(person, photo)
    var colours: [[SIMD3<Float>]] = []
    for avatar in [bare, made] {
      var all: [SIMD3<Float>] = []
      try Self.visit(avatar, isLeft: true) { p, c in
        // On the lid and over it: where the eye and the mascara were.
        guard p.x > open[outer[0]].x, p.x < open[open.count - 1].x else { return }
        let rim = open.min { abs($0.x - p.x) < abs($1.x - p.x) }!.y
        if p.y > rim - 0.14 * width, p.y < rim + 0.05 * width { all.append(c) }
      }
      colours.append(all)
    }
    let darker = zip(colours[0], colours[1]).map { $0.x - $1.x }
    #expect(darker.count > 200)
    #expect(darker.reduce(0, +) / Float(darker.count) < 9)
    #expect(darker.max()! < 30)
  }

  @Test func hairBesideTheEyeStaysWhenItShuts() throws {
    let person = Person()
    var photo = Self.painted(person)
    let (open, shut) = Self.rims(Self.created(person, photo).avatar)
    let (corner, low) = (open[open.count - 1], shut[shut.count - 1])
    let width = low.x - shut[0].x
    let hair = low.x + 0.2 * width
    for x in Int(hair)...Int(hair + 0.5 * width) {
      Self.draw(&photo, from: Vector2(Float(x), corner.y - width), to: Vector2(Float(x), low.y + width))
    }
    var brightest: Float = 0
    var count = 0
    try Self.visit(Self.created(person, photo), isLeft: true) { p, c in
      guard p.x > hair + 0.1 * width, p.x < hair + 0.2 * width, p.y > corner.y - 0.1 * width, p.y < low.y + 0.1 * width
      else { return }
      brightest = max(brightest, c.x)
      count += 1
    }
    #expect(count > 50 && brightest < 60, "\(count) \(brightest)")
  }

  @Test(arguments: [false, true]) func closedLidsAreDarkerBesideTheNose(isLeft: Bool) throws {
    let person = Person()
    let created = Self.created(person)
    let contours = Person.rig.contours
    let avatar = created.avatar
    let blink = isLeft ? avatar.blinkLeft : avatar.blinkRight
    var closed = avatar.neutralPositions
    for (k, i) in blink.indices.enumerated() { closed[Int(i)] += blink.deltas[k] }
    let rim = (isLeft ? contours.upperLidLeft : contours.upperLidRight)
      .sorted { abs(closed[Int($0)].x) < abs(closed[Int($1)].x) }
      .map { avatar.camera.project(closed[Int($0)]) }
    let width = (rim[rim.count - 1] - rim[0]).length
    // On the lids, a tenth of the eye's width above their line.
    func red(along: Float) throws -> Float {
      let place = rim[Int(along * Float(rim.count - 1) + 0.5)] - Vector2(0, 0.1 * width)
      var (sum, count): (Float, Float) = (0, 0)
      try Self.visit(created, isLeft: isLeft) { p, c in
        if (p - place).length < 0.04 * width { (sum, count) = (sum + c.x, count + 1) }
      }
      return sum / count
    }
    let (inner, outer) = (try red(along: 0.2), try red(along: 0.6))
    #expect(inner < 0.93 * outer && inner > 0.75 * outer)
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

  /// `landmarks` with the upper rims so far down that the eyes open by `share` of what they did.
  private static func narrowed(_ landmarks: [Vector3], _ share: Float) -> [Vector3] {
    var result = landmarks
    for (upper, lower) in [(160, 144), (158, 153), (385, 380), (387, 373)] {
      result[upper] = landmarks[lower] + (landmarks[upper] - landmarks[lower]) * share
    }
    return result
  }

  /// The avatar made while somebody who looks sees the eyes open by these shares of what they were, one a look.
  private static func created(_ person: Person, seen: [Float]) -> (avatar: CreatedAvatar, looks: [PixelBuffer]) {
    var looks: [PixelBuffer] = []
    let created = AvatarBuilder(rig: Person.rig, fit: Person.fit).build(
      photo: painted(person), landmarks: person.landmarks, mask: { person.mask($0) },
      look: {
        looks.append($0)
        return narrowed(person.landmarks, seen[min(looks.count, seen.count) - 1])
      }, progress: { _ in })
    return (created, looks)
  }

  @Test func theFirstLidsThatLookShutAreTaken() {
    let person = Person()
    let plain = Self.created(person)
    let shut = Self.created(person, seen: [0.1])
    #expect(shut.looks.count == 2)
    #expect(shut.avatar.picture(.eyes) == plain.picture(.eyes))
    let second = Self.created(person, seen: [0.3, 0.1, 0.3, 0.1])
    #expect(second.looks.count == 4)
    #expect(second.avatar.picture(.eyes) != plain.picture(.eyes))
  }

  @Test func whereNoLidsLookShutTheMostShutOnesAreTaken() {
    let person = Person()
    let all = Self.created(person, seen: [0.5, 0.4, 0.6, 0.7, 0.5, 0.4, 0.6, 0.7])
    #expect(all.looks.count == 8)
    let one = Self.created(person, seen: [0.3, 0.1, 0.3, 0.1])
    #expect(all.avatar.picture(.eyes) == one.avatar.picture(.eyes))
  }

  @Test func lidsAreTriedOnInThePhoto() {
    let person = Person()
    let photo = Self.painted(person)
    let tried = Self.created(person, seen: [0.1]).looks[0]
    func blue(_ picture: PixelBuffer, _ landmarks: [Int]) -> Int {
      let centre = person.landmarks[landmarks[0]].xy
      var count = 0
      for y in Int(centre.y) - 6...Int(centre.y) + 6 {
        for x in Int(centre.x) - 6...Int(centre.x) + 6 {
          let i = 3 * (y * picture.width + x)
          if picture.data[i + 2] > picture.data[i] { count += 1 }
        }
      }
      return count
    }
    // The right eye is shut, the left one as it was.
    #expect(blue(photo, [468]) > 50 && blue(tried, [468]) == 0)
    #expect(blue(photo, [473]) > 50 && blue(tried, [473]) == blue(photo, [473]))
  }

  @Test func lidsInDeepSocketsAreAsDarkAsTheSocket() throws {
    let person = Person()
    var photo = Self.painted(person)
    let unit = person.camera.pixelsPerUnit
    for iris in [468, 473] {
      let centre = person.landmarks[iris].xy
      for y in 0..<photo.height {
        for x in 0..<photo.width where (Vector2(Float(x), Float(y)) - centre).length < 1.9 * unit {
          for k in 0..<3 { photo.data[3 * (y * photo.width + x) + k] /= 2 }
        }
      }
    }
    let created = Self.created(person, photo)
    let centre = person.landmarks[473].xy
    var sum: Float = 0
    var count: Float = 0
    try Self.visit(created, isLeft: true) { p, c in
      if (p - centre).length < 0.25 * unit {
        sum += c.x
        count += 1
      }
    }
    // The socket's red is 95, the cheek's 190.
    #expect(count > 20 && sum / count < 115)
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
