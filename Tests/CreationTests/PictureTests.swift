import Avatar
import Creation
import Fitting
import Head
import Linear
import People
import Pixels
import Testing

@Suite struct PictureTests {
  @Test func personAndBackgroundTogetherAreThePhoto() throws {
    let person = Person(yaw: 0.1)
    let created = person.created()
    let colour = try #require(created.picture(.headColour))
    let alpha = try #require(created.picture(.headAlpha))
    let background = try #require(created.picture(.background))
    let photo = person.photo
    #expect(colour.width == photo.width && alpha.height == photo.height && background.width == photo.width)
    var error: Double = 0
    for i in 0..<photo.width * photo.height {
      let a = Float(alpha.data[i]) / 255
      for k in 0..<3 {
        let whole = Float(colour.data[3 * i + k]) * a + Float(background.data[3 * i + k]) * (1 - a)
        error += Double((whole - Float(photo.data[3 * i + k])) * (whole - Float(photo.data[3 * i + k])))
      }
    }
    let psnr = -10 * Elementary.log(Float(error / Double(photo.data.count) / 65025)) / Elementary.log(10)
    #expect(psnr > 40)
  }

  @Test func theMatteIsThePerson() throws {
    let person = Person()
    let alpha = try #require(person.created().picture(.headAlpha))
    let truth = person.mask(SIMD4(0, 0, Float(person.size), Float(person.size)), side: person.size)
    var both: Float = 0
    var either: Float = 0
    for i in truth.data.indices {
      let a: Float = alpha.data[i] > 127 ? 1 : 0
      let b: Float = truth.data[i] > 0.5 ? 1 : 0
      both += a * b
      either += max(a, b)
    }
    #expect(both / either > 0.97)
  }

  /// What is done at once on two threads may end in any order.
  @Test func theOrderOfWorkDoesNotMatter() {
    let person = Person()
    let builder = AvatarBuilder(rig: Person.rig, fit: Person.fit) { first, second in
      second()
      first()
    }
    let turned = builder.build(
      photo: person.photo, landmarks: person.landmarks, mask: { person.mask($0) }, progress: { _ in })
    let created = person.created()
    let same =
      AvatarFile.encode(turned.avatar) == AvatarFile.encode(created.avatar)
      && turned.pictures.map(\.image) == created.pictures.map(\.image)
      && zip(turned.pictures, created.pictures).allSatisfy { $0.pixels.data == $1.pixels.data }
    #expect(same)
  }

  /// A mask that is too wide, before a wall of restless, strong colours.
  @Test func noRimOfTheWallsColourIsLeft() throws {
    let person = Person()
    var photo = person.photo
    let truth = person.mask(SIMD4(0, 0, Float(person.size), Float(person.size)), side: person.size)
    for i in truth.data.indices where truth.data[i] < 0.5 {
      let wave = Elementary.sin(Float(i % person.size) / 9) * Elementary.sin(Float(i / person.size) / 9)
      for (k, level) in [60 + 60 * wave, 210, 190 + 30 * wave].enumerated() { photo.data[3 * i + k] = UInt8(level) }
    }
    let created = AvatarBuilder(rig: Person.rig, fit: Person.fit).build(
      photo: photo, landmarks: person.landmarks, mask: { person.mask($0).dilated(radius: 3) }, progress: { _ in })
    let alpha = try #require(created.picture(.headAlpha))
    let near = truth.dilated(radius: 5)
    let rim = truth.data.indices.filter { truth.data[$0] < 0.02 && near.data[$0] > 0.5 }
    let mean = rim.reduce(Float(0)) { $0 + Float(alpha.data[$1]) / 255 } / Float(rim.count)
    #expect(mean < 0.3, "\(mean) of \(rim.count) pixels")
  }

  @Test func whatTheOutlineCutsOffIsBackground() throws {
    let person = Person()
    let size = Float(person.size)
    // Somebody in the corner whom a doubtful bridge along the photo's edge joins to the shoulder.
    let blob = Vector2(0.93 * size, 0.2 * size)
    func mask(_ region: SIMD4<Float>) -> Plane {
      var mask = person.mask(region)
      for y in 0..<mask.height {
        for x in 0..<mask.width {
          let p = Vector2(
            region.x + (Float(x) + 0.5) * region.z / Float(mask.width),
            region.y + (Float(y) + 0.5) * region.w / Float(mask.height))
          let i = y * mask.width + x
          if p.x > 0.9 * size && p.y > blob.y { mask.data[i] = max(mask.data[i], 0.52) }
          if (p - blob).length < 0.06 * size { mask.data[i] = 1 }
        }
      }
      return mask
    }
    let created = AvatarBuilder(rig: Person.rig, fit: Person.fit).build(
      photo: person.photo, landmarks: person.landmarks, mask: mask, progress: { _ in })
    let alpha = try #require(created.picture(.headAlpha))
    let region = created.avatar.headRegion
    let p = (blob - Vector2(region.x, region.y)) / Vector2(region.z, region.w)
    try #require(p.x < 1 && p.y > 0)
    let i = Int(p.y * Float(alpha.height)) * alpha.width + Int(p.x * Float(alpha.width))
    #expect(alpha.data[i] < 20)
    // The person is all there.
    let own = try #require(person.created().picture(.headAlpha))
    let lost = zip(own.data, alpha.data).reduce(0) { $0 + ($1.0 > 200 && $1.1 < 100 ? 1 : 0) }
    #expect(Float(lost) < 0.002 * Float(own.data.count))
  }

  @Test func aTorsoBehindADoubtfulNeckStays() throws {
    let person = Person()
    let size = Float(person.size)
    let chin = person.landmarks[Landmark.chin].y
    let neck = chin + 0.04 * size..<chin + 0.09 * size
    func mask(_ region: SIMD4<Float>) -> Plane {
      var mask = person.mask(region)
      for y in 0..<mask.height where neck.contains(region.y + (Float(y) + 0.5) * region.w / Float(mask.height)) {
        for x in 0..<mask.width { mask.data[y * mask.width + x] = min(mask.data[y * mask.width + x], 0.52) }
      }
      return mask
    }
    let created = AvatarBuilder(rig: Person.rig, fit: Person.fit).build(
      photo: person.photo, landmarks: person.landmarks, mask: mask, progress: { _ in })
    let alpha = try #require(created.picture(.headAlpha))
    let region = created.avatar.headRegion
    let p =
      (Vector2(0.5 * size, neck.upperBound + 0.06 * size) - Vector2(region.x, region.y)) / Vector2(region.z, region.w)
    try #require(p.y < 1)
    #expect(alpha.data[Int(p.y * Float(alpha.height)) * alpha.width + Int(p.x * Float(alpha.width))] > 200)
  }

  @Test func anEarThatOnlyTheNearLookShowsIsWhole() throws {
    let person = Person()
    let vertices = person.vertices
    let eyes = Person.rig.eyeLeft.centre.y
    let atEyes = vertices.indices.filter { abs(Person.rig.neutral[$0].y - eyes) < 2 }
    let tip = person.camera.project(atEyes.map { vertices[$0] }.max { $0.x < $1.x }!)
    let unit = person.camera.pixelsPerUnit
    // A wall of nearly the skin's colour, so that colours do not tell ear from wall.
    var photo = person.photo
    for i in 0..<photo.width * photo.height where photo.data[3 * i + 2] > photo.data[3 * i] {
      for (k, level) in [205, 158, 140].enumerated() { photo.data[3 * i + k] = UInt8(level) }
    }
    func mask(_ region: SIMD4<Float>) -> Plane {
      var mask = person.mask(region)
      guard region.z == Float(person.size) else { return mask }
      for y in 0..<mask.height {
        for x in 0..<mask.width {
          let p = Vector2(
            region.x + (Float(x) + 0.5) * region.z / Float(mask.width),
            region.y + (Float(y) + 0.5) * region.w / Float(mask.height))
          if (p - tip).length < 1.5 * unit { mask.data[y * mask.width + x] = 0.05 }
        }
      }
      return mask
    }
    let created = AvatarBuilder(rig: Person.rig, fit: Person.fit).build(
      photo: photo, landmarks: person.landmarks, mask: mask, progress: { _ in })
    let alpha = try #require(created.picture(.headAlpha))
    for inwards in [Float(0.3), 0.6, 1] {
      #expect(alpha.data[Int(tip.y) * alpha.width + Int(tip.x - inwards * unit)] > 230)
    }
  }

  @Test func nothingOfThePersonIsLeftInTheBackground() throws {
    let person = Person()
    let background = try #require(person.created().picture(.background))
    // The wall is bluer than red everywhere, the person the other way round.
    for i in 0..<person.size * person.size { #expect(background.data[3 * i + 2] > background.data[3 * i]) }
  }

  @Test func behindThePersonAreTheColoursOfTheWall() throws {
    let person = Person()
    var photo = person.photo
    // A busy wall, grey from 90 to 200, and glints on somebody.
    for i in 0..<person.size * person.size {
      let isWall = photo.data[3 * i + 2] > photo.data[3 * i]
      let isLight = (i % person.size / 7 + i / person.size / 7) % 2 == 0
      let isGlint = i % person.size % 13 < 2 && i / person.size % 13 < 2
      if isWall || isGlint { for k in 0..<3 { photo.data[3 * i + k] = isGlint && !isWall ? 255 : isLight ? 200 : 90 } }
    }
    let created = AvatarBuilder(rig: Person.rig, fit: Person.fit).build(
      photo: photo, landmarks: person.landmarks, mask: { person.mask($0) }, progress: { _ in })
    let background = try #require(created.picture(.background)).data
    let odd = (0..<person.size * person.size).filter { i in
      let colour = (0..<3).map { Int(background[3 * i + $0]) }
      return colour.min()! < 40 || colour.max()! > 250
    }
    // Glints on the very rim leave some.
    #expect(odd.count < 200, "\(odd.count) pixels")
    // And its pattern, half a centimetre behind the person's edge, not its mean.
    let alpha = try #require(created.picture(.headAlpha))
    let covered = Plane(width: alpha.width, height: alpha.height, data: alpha.data.map { Float($0) / 255 })
      .eroded(radius: Int(0.5 * person.camera.pixelsPerUnit))
    let behind = covered.data.indices.filter { covered.data[$0] > 0.9 && covered.data[$0] < 1.01 && $0 / 640 < 200 }
    let patterned = behind.filter { abs(Int(background[3 * $0]) - 145) > 30 }
    #expect(2 * patterned.count > behind.count, "\(patterned.count) of \(behind.count)")
  }

  /// They would move with it.
  @Test func noHighlightIsLeftInTheIris() throws {
    let person = Person(size: 960)
    var photo = LidTests.painted(person)
    let landmarks = person.landmarks
    for iris in [Landmark.irisRight, Landmark.irisLeft] {
      let centre = landmarks[iris].xy
      let radius = (landmarks[iris + 1].xy - centre).length
      for y in 0..<photo.height {
        for x in 0..<photo.width {
          let p = Vector2(Float(x) + 0.5, Float(y) + 0.5)
          let isHighlight = (p - centre - Vector2(0.25, -0.1) * radius).length < 0.25 * radius
          guard isHighlight || (p - centre).length < radius else { continue }
          let colour: SIMD3<UInt8> = isHighlight ? SIMD3(250, 250, 250) : SIMD3(40, 60, 80)
          for c in 0..<3 { photo.data[3 * (y * photo.width + x) + c] = colour[c] }
        }
      }
    }
    let created = AvatarBuilder(rig: Person.rig, fit: Person.fit).build(
      photo: photo, landmarks: landmarks, mask: { person.mask($0) }, progress: { _ in })
    let atlas = try #require(created.picture(.eyes))
    let side = atlas.width / 4
    for square in [1, 3] {
      var brightest: UInt8 = 0
      for y in 0..<side {
        for x in 0..<side {
          let q = (Vector2(Float(x) + 0.5, Float(y) + 0.5) * (2 / Float(side)) - Vector2(1, 1)) * Eye.irisSpan
          if q.length < 0.85 { brightest = max(brightest, atlas.data[3 * (y * atlas.width + square * side + x)]) }
        }
      }
      #expect(brightest < 90)
    }
  }

  @Test func aSmallPhotoIsKeptWholeAndALargeOneInTwoSizes() {
    let small = Person(size: 640).created()
    #expect(small.pictures.map(\.image.rawValue).sorted() == [1, 2, 5, 6, 7])
    #expect(small.avatar.headRegion == SIMD4(0, 0, 640, 640))
    var far = Person(size: 2000)
    far.camera.pixelsPerUnit = 22
    let large = far.created()
    #expect(large.pictures.count == 7)
    let head = large.picture(.headColour)!
    #expect(head.width <= 1280 && head.width == Int(large.avatar.headRegion.z))
    #expect(large.picture(.frameColour)!.width == 1024)
    #expect(large.picture(.frameAlpha)!.channels == 1)
  }

  @Test func theFaceOfALargePhotoKeepsItsDetail() throws {
    var near = Person(size: 3000)
    near.camera.pixelsPerUnit = 44
    let created = near.created()
    let head = try #require(created.picture(.headColour))
    let face = (near.landmarks[Landmark.forehead] - near.landmarks[Landmark.chin]).xy.length
    #expect(face * Float(head.width) / created.avatar.headRegion.z > 570)
  }

  @Test func everyPictureHasItsChannelsAndSize() {
    for picture in Person().created().pictures {
      #expect(picture.pixels.channels == picture.image.channels)
      #expect(max(picture.pixels.width, picture.pixels.height) <= AvatarFile.maximumSide)
      if picture.image == .preview { #expect(picture.pixels.width == 240 && picture.pixels.height == 320) }
      if picture.image == .eyes { #expect(3 * picture.pixels.width == 4 * picture.pixels.height) }
    }
  }

  @Test func theSamePhotoGivesTheSameAvatar() {
    func bytes() -> [UInt8] {
      let created = Person(yaw: 0.05).created()
      var avatar = created.avatar
      avatar.images = created.pictures.map {
        EncodedImage(image: $0.image, width: $0.pixels.width, height: $0.pixels.height, bytes: $0.pixels.data)
      }
      return AvatarFile.encode(avatar)
    }
    #expect(bytes() == bytes())
  }

  @Test func whatCreationMakesCanBeStoredAndRead() throws {
    let created = Person(yaw: 0.1, roll: -0.2).created()
    var avatar = created.avatar
    avatar.images = created.pictures.map {
      EncodedImage(
        image: $0.image, width: $0.pixels.width, height: $0.pixels.height, bytes: [0xFF, 0xD8, 0xFF, 0xD9, 0])
    }
    let back = try AvatarFile.decode(AvatarFile.encode(avatar), rig: Person.rig)
    for i in avatar.photoPositions.indices {
      #expect((back.photoPositions[i] - avatar.photoPositions[i]).length < 0.001)
    }
  }

  @Test func theSheetHasDepthWhereTheHeadIsAndRisingLines() {
    let avatar = Person().created().avatar
    let sheet = avatar.sheet
    #expect(zip(sheet.columns, sheet.columns.dropFirst()).allSatisfy { $0 < $1 })
    #expect(zip(sheet.rows, sheet.rows.dropFirst()).allSatisfy { $0 < $1 })
    #expect(sheet.columns.first == 0 && sheet.columns.last == 640 && sheet.rows.last == 640)
    #expect(sheet.depth.count == sheet.columns.count * sheet.rows.count)
    // The nose is nearer than the far wall.
    let nose = avatar.camera.project(Person.fit.position(1, avatar.photoPositions))
    let column = sheet.columns.firstIndex { $0 >= nose.x }!
    let row = sheet.rows.firstIndex { $0 >= nose.y }!
    #expect(sheet.depth[row * sheet.columns.count + column] > sheet.depth[0] + 4)
  }

  @Test func progressRisesToOne() {
    let person = Person()
    var values: [Float] = []
    _ = AvatarBuilder(rig: Person.rig, fit: Person.fit).build(
      photo: person.photo, landmarks: person.landmarks, mask: { person.mask($0) }, progress: { values.append($0) })
    #expect(values == values.sorted() && values.last == 1 && values.count > 4)
  }

  /// Faces at the edge of the photo, tiny photos, faces larger than the photo: no trap, a readable avatar.
  @Test func oddPhotosMakeAvatarsToo() throws {
    for (shift, scale, size) in [
      (Vector2(0.4, 0.4), 1, 640), (Vector2(-0.45, 0), 0.6, 300), (Vector2(0, 0), 3, 200), (Vector2(0, -0.3), 0.4, 160),
    ]
      as [(Vector2, Float, Int)]
    {
      var person = Person(size: size)
      person.camera.pixelsPerUnit *= scale
      person.camera.origin += shift * Float(size)
      let created = person.created()
      var avatar = created.avatar
      avatar.images = created.pictures.map {
        EncodedImage(
          image: $0.image, width: $0.pixels.width, height: $0.pixels.height, bytes: [0xFF, 0xD8, 0xFF, 0xD9, 0])
      }
      _ = try AvatarFile.decode(AvatarFile.encode(avatar), rig: Person.rig)
    }
  }
}
