import Avatar
import Film
import Foundation
import Head
import Linear
import Pixels
import Stage
import Testing

@Suite("The stage, drawn off-screen", .enabled(if: Scene.canDraw, "no EGL"), .serialized)
struct StageTests {
  let rig = Scene.rig
  let size = Scene.size

  private func render(
    _ offscreen: Offscreen, mix: Mix = .none, framing: Framing = .photo, _ change: (inout Pose) -> Void = { _ in }
  ) throws -> PixelBuffer {
    try offscreen.render(Scene.pose(change), mix: mix, framing: framing, width: size, height: size)
  }

  @Test("In the photo's own expression the picture is the photo")
  func photoState() throws {
    let offscreen = try Scene.offscreen(Scene.light)
    let picture = try render(offscreen) { $0.photoExpression = 1 }
    #expect(picture.psnr(against: Scene.light.photo) > 38)
  }

  @Test("Without the photo's expression, eyes and mouth are drawn and still look like the photo")
  func neutralState() throws {
    let offscreen = try Scene.offscreen(Scene.light)
    #expect(try render(offscreen).psnr(against: Scene.light.photo) > 33)
  }

  @Test("A blink closes its own eye and leaves the other one")
  func blinks() throws {
    let offscreen = try Scene.offscreen(Scene.light)
    let open = try render(offscreen)
    let closed = try render(offscreen) { $0.weights[.eyeBlinkLeft] = 1 }
    let avatar = Scene.light.avatar
    let half = Vector2(1.9, 1.2) * avatar.camera.pixelsPerUnit
    // White or blue-grey, which skin is not.
    func eyeball(_ r: Int, _ g: Int, _ b: Int) -> Bool { b + 12 > r }
    let left = avatar.eyeLeft.irisCentre
    let right = avatar.eyeRight.irisCentre
    let before = open.count(round: left, half: half, where: eyeball)
    let after = closed.count(round: left, half: half, where: eyeball)
    #expect(before > 150)
    #expect(Double(after) < 0.2 * Double(before))
    let otherBefore = open.count(round: right, half: half, where: eyeball)
    let otherAfter = closed.count(round: right, half: half, where: eyeball)
    #expect(otherBefore > 150)
    #expect(abs(otherAfter - otherBefore) <= otherBefore / 20)
  }

  @Test("Hair that the photo's edge cuts goes on above it: what lies below is not mirrored")
  func cutHead() throws {
    let large = SyntheticAvatar(rig: rig, grow: 1.4)
    let offscreen = try Offscreen(rig: rig)
    try offscreen.stage.load(large.avatar, slot: 0)
    let edge = 12
    for (image, pixels) in large.pictures {
      var pixels = pixels
      if image == .headColour {
        for i in 0..<size * size {
          pixels.data[3 * i] = i < edge * size ? 220 : 0
          pixels.data[3 * i + 1] = i < edge * size ? 0 : 220
        }
      }
      offscreen.stage.upload(pixels, slot: 0, image: image)
    }
    let picture = try render(offscreen) { $0.translation.y = -2 }
    // The photo's edge has come down by 42 pixels.
    for y in [4, 20, 36] {
      #expect(picture[256, y, 3] == 255 && picture[256, y, 0] > 2 * picture[256, y, 1], "row \(y)")
    }
    #expect(picture[256, 70, 1] > 2 * picture[256, 70, 0])
  }

  @Test("A frown draws soft shadows between the brows, and nothing across the nose's bridge")
  func frownLines() throws {
    var person = SyntheticAvatar(rig: rig, grow: 2)
    func frown(creases: Float) throws -> PixelBuffer {
      person.avatar.appearance.creases = creases
      return try render(Scene.offscreen(person)) {
        $0.weights[.browDownLeft] = 1
        $0.weights[.browDownRight] = 1
      }
    }
    let (smooth, furrowed) = (try frown(creases: 0), try frown(creases: 1))
    let unit = person.avatar.camera.pixelsPerUnit
    let middle = person.avatar.camera.project(Vector3(0, 4.8, 0))
    /// How much darker the furrowed skin is, a share of its brightness, `x` cm beside the middle.
    func row(_ y: Int, _ x: ClosedRange<Float>) -> [Float] {
      (Int(middle.x + x.lowerBound * unit)...Int(middle.x + x.upperBound * unit)).map {
        1 - Float(furrowed[$0, y, 1]) / Float(smooth[$0, y, 1])
      }
    }
    let rows = Int(middle.y - 1.8 * unit)...Int(middle.y + 1.8 * unit)
    #expect(try #require(rows.flatMap { row($0, -0.15...0.15) }.max()) < 0.02)
    for side in [Float(-1.3)...(-0.2), 0.2...1.3] {
      let across = try #require(rows.map { row($0, side) }.max { $0.max() ?? 0 < $1.max() ?? 0 })
      let deepest = try #require(across.max())
      #expect(0.04 < deepest && deepest < 0.12)
      #expect(Float(across.count { $0 > 0.5 * deepest }) / unit > 0.25, "cm")
    }
  }

  @Test("The iris goes where the gaze goes")
  func gazes() throws {
    let offscreen = try Scene.offscreen(Scene.light)
    func irisX(_ gaze: Float) throws -> Double {
      let picture = try render(offscreen) { $0.gaze.x = gaze }
      let centre = Scene.light.avatar.eyeLeft.irisCentre
      var sum = 0.0
      var count = 0.0
      for y in Int(centre.y) - 6...Int(centre.y) + 6 {
        for x in Int(centre.x) - 26...Int(centre.x) + 26 where picture[x, y, 0] < 110 && picture[x, y, 1] < 130 {
          sum += Double(x)
          count += 1
        }
      }
      return sum / max(1, count)
    }
    let ahead = try irisX(0)
    #expect(try irisX(0.05) > ahead + 0.4)
    #expect(try irisX(0.3) > ahead + 3)
    #expect(try irisX(-0.3) < ahead - 3)
  }

  @Test("Eyes that open wider than in the photo show more of the eye, not the lids' skin")
  func wideEyes() throws {
    let offscreen = try Scene.offscreen(Scene.light)
    let (eye, camera) = (Scene.light.avatar.eyeLeft, Scene.light.avatar.camera)
    let (rest, wide) = (try render(offscreen), try render(offscreen) { $0.weights[.eyeWideLeft] = 1 })
    // Skin is redder than blue by far.
    func eyeball(_ r: Int, _ g: Int, _ b: Int) -> Bool { b + 30 > r }
    func skin(_ r: Int, _ g: Int, _ b: Int) -> Bool { b + 60 < r }
    let upper = Scene.rig.contours.upperLidLeft
    let rim = camera.project(Scene.light.avatar.neutralPositions[Int(upper[upper.count / 2])])
    // What the lid covered: a strip over the pupil, right above the photo's rim.
    let half = Vector2(0.5, 0.08) * camera.pixelsPerUnit
    let strip = Vector2(eye.irisCentre.x, rim.y - 0.1 * camera.pixelsPerUnit)
    #expect(rest.count(round: strip, half: half, where: skin) > 10)
    #expect(wide.count(round: strip, half: half, where: skin) == 0)
    let around = Vector2(1.9, 1.2) * camera.pixelsPerUnit
    let before = rest.count(round: eye.irisCentre, half: around, where: eyeball)
    #expect(wide.count(round: eye.irisCentre, half: around, where: eyeball) > before * 11 / 10)
  }

  @Test("Wholly mixed to the second person its eyes are its own, whatever the first one's did")
  func secondsEyes() throws {
    // As where a smile was neutralised: lower lids at rest lie below the photo's.
    var second = SyntheticAvatar(rig: rig, tint: Vector3(0.6, 0.42, 0.34))
    for i in rig.contours.lowerLidLeft + rig.contours.lowerLidRight {
      second.avatar.neutralPositions[Int(i)].y -= 0.2
    }
    let both = try Scene.offscreen(Scene.light, second)
    _ = try render(both, mix: Mix(0.9)) { $0.weights[.eyeSquintLeft] = 1 }
    let mixed = try render(both, mix: Mix(1))
    #expect(mixed.psnr(against: try render(Scene.offscreen(second))) > 60)
  }

  @Test("Highlights of the eyes stay with the light: they go less than half as far as the iris", arguments: [-1, 1])
  func highlights(side: Int) throws {
    var person = Scene.light
    let eye = person.avatar.eyeLeft
    person.change(.headColour) { picture in
      for y in -1...1 {
        for x in -1...1 {
          let i = (Int(eye.irisCentre.y) + y) * picture.width + Int(eye.irisCentre.x) + x
          for c in 0..<3 { picture.data[3 * i + c] = 255 }
        }
      }
    }
    let offscreen = try Scene.offscreen(person)
    /// Where the highlight is beside the photo's iris, pixels.
    func place(_ gaze: Float) throws -> Float {
      let picture = try render(offscreen) { $0.gaze.x = gaze }
      let iris = eye.irisCentre.x + way(gaze)
      var (sum, weight): (Float, Float) = (0, 0)
      for y in Int(eye.irisCentre.y) - 3...Int(eye.irisCentre.y) + 3 {
        for x in Int(iris - 0.7 * eye.irisRadius)...Int(iris + 0.7 * eye.irisRadius) where picture[x, y, 0] > 140 {
          sum += (Float(x) + 0.5 - eye.irisCentre.x) * Float(picture[x, y, 0] - 140)
          weight += Float(picture[x, y, 0] - 140)
        }
      }
      return sum / weight
    }
    func way(_ gaze: Float) -> Float {
      Elementary.sin(gaze) * eye.ballRadius * person.avatar.camera.pixelsPerUnit
    }
    let rest = try place(0)
    #expect(abs(rest) < 1)
    for gaze in [Float(0.1), 0.2, 0.3] {
      let way = way(gaze)
      let moved = Float(side) * (try place(Float(side) * gaze) - rest)
      #expect(0.3 * way < moved && moved < 0.6 * way, "\(moved) of \(way)")
    }
  }

  @Test("An open mouth is dark inside, a closed one is not there")
  func opensTheMouth() throws {
    let offscreen = try Scene.offscreen(Scene.light)
    let contours = rig.contours
    let camera = Scene.light.avatar.camera
    let middle = camera.project(
      Scene.light.avatar.neutralPositions[Int(contours.lowerLipInner[contours.lowerLipInner.count / 2])])
    func dark(_ r: Int, _ g: Int, _ b: Int) -> Bool { r + g + b < 190 }
    let half = Vector2(2.5, 3) * camera.pixelsPerUnit
    let closed = try render(offscreen).count(round: middle, half: half, where: dark)
    let open = try render(offscreen) { $0.weights[.jawOpen] = 0.5 }.count(round: middle, half: half, where: dark)
    #expect(open > 250)
    #expect(closed < open / 5)
  }

  @Test("Shadows in the mouth are warm, in a grey photo grey")
  func mouthColours() throws {
    let camera = Scene.light.avatar.camera
    let line = rig.contours.lowerLipInner
    let middle = camera.project(Scene.light.avatar.neutralPositions[Int(line[line.count / 2])])
    /// Pixels inside the open mouth, and how many of them are redder than blue.
    func count(_ person: SyntheticAvatar) throws -> (inside: Int, warm: Int) {
      let picture = try render(Scene.offscreen(person)) { $0.weights[.jawOpen] = 0.5 }
      let (centre, half) = (middle + Vector2(0, 0.9 * camera.pixelsPerUnit), Vector2(1, 0.5) * camera.pixelsPerUnit)
      return (
        picture.count(round: centre, half: half) { _, _, _ in true },
        picture.count(round: centre, half: half) { r, _, b in r > b + 3 }
      )
    }
    let warm = try count(Scene.light)
    #expect(warm.inside > 100 && warm.warm == warm.inside)
    var grey = Scene.light
    grey.avatar.appearance.skin = Vector3(0.6, 0.6, 0.6)
    grey.avatar.appearance.innerLip = Vector3(0.3, 0.3, 0.3)
    grey.avatar.appearance.gums = Vector3(0.4, 0.4, 0.4)
    grey.avatar.appearance.teeth = Vector3(0.85, 0.85, 0.85)
    #expect(try count(grey).warm == 0)
  }

  @Test("The head has no holes however it turns", arguments: [-20, 0, 20], [-12, 0, 12])
  func hasNoHoles(yaw: Int, pitch: Int) throws {
    let offscreen = try Scene.offscreen(Scene.light)
    offscreen.stage.setBackground(.transparent)
    let picture = try render(offscreen) {
      $0.yaw = Float(yaw) * Elementary.pi / 180
      $0.pitch = Float(pitch) * Elementary.pi / 180
      $0.weights[.jawOpen] = 0.3
    }
    #expect(picture.holes == 0)
    #expect(picture[size / 2, size / 2, 3] == 255)
  }

  @Test(
    "A head that is smooth in parts is like one that is smooth throughout", arguments: [Float(-0.7), 0, 0.7],
    [
      [(Blendshape.jawOpen, Float(0.5)), (.eyeBlinkLeft, 0.4), (.browInnerUp, 0.8)],
      [
        (.mouthSmileLeft, 1), (.mouthSmileRight, 1), (.mouthUpperUpLeft, 0.6), (.mouthUpperUpRight, 0.6),
        (.noseSneerLeft, 0.5), (.noseSneerRight, 0.5), (.cheekSquintLeft, 0.6), (.cheekSquintRight, 0.6),
      ],
      [(.mouthPucker, 1), (.browDownLeft, 1), (.browDownRight, 1)],
      [(.jawOpen, 1), (.mouthFunnel, 0.5), (.noseSneerLeft, 1), (.eyeWideLeft, 1), (.eyeBlinkRight, 1)],
    ])
  func partsAreWhole(roll: Float, face: [(Blendshape, Float)]) throws {
    let offscreen = try Scene.offscreen(Scene.light)
    offscreen.stage.setBackground(.transparent)
    func picture(yaw: Float) throws -> PixelBuffer {
      try render(offscreen) {
        $0.yaw = yaw
        $0.roll = roll
        for (blendshape, weight) in face { $0.weights[blendshape] = weight }
      }
    }
    // The whole of a head that is turned so far is smooth.
    let (parts, whole) = (try picture(yaw: 0.0699), try picture(yaw: 0.0701))
    #expect(parts.psnr(against: whole) > 42)
    #expect(parts.holes <= whole.holes)
    // Steps along the outline differ in some pixels; where something shows through that lies behind, in hundreds.
    let differing = zip(parts.data, whole.data).count { abs(Int($0) - Int($1)) > 90 }
    #expect(differing < 100)
  }

  @Test("A transparent background gives straight alpha: edges keep the person's colour")
  func straightAlpha() throws {
    let offscreen = try Scene.offscreen(Scene.light)
    offscreen.stage.setBackground(.transparent)
    let picture = try render(offscreen)
    #expect(picture[2, 2, 3] == 0)
    var edges = 0
    for y in 0..<size {
      for x in 0..<size where picture[x, y, 3] > 60 && picture[x, y, 3] < 200 {
        edges += 1
        #expect(picture[x, y, 0] > 150)
      }
    }
    #expect(edges > 200)
  }

  @Test("Colour and picture lie behind the person")
  func backgrounds() throws {
    let offscreen = try Scene.offscreen(Scene.light)
    offscreen.stage.setBackground(.colour(Vector3(0, 1, 0)))
    let green = try render(offscreen)
    #expect((green[3, 3, 0], green[3, 3, 1], green[3, 3, 2], green[3, 3, 3]) == (0, 255, 0, 255))
    #expect(green[size / 2, size / 2, 0] > 150)
    // Twice as wide as high: the middle half is shown.
    var stripes = PixelBuffer(width: 64, height: 32, channels: 3)
    for y in 0..<32 {
      for x in 0..<64 { stripes.data[3 * (y * 64 + x) + (x < 16 || x >= 48 ? 0 : y < 16 ? 1 : 2)] = 255 }
    }
    offscreen.stage.uploadBackground(stripes)
    let picture = try render(offscreen)
    #expect(picture[24, 3, 1] > 240 && picture[24, 3, 0] < 20)
    #expect(picture[24, size - 3, 2] > 240)
  }

  @Test("A morph's ends are the two people, its middle is neither and whole")
  func mixes() throws {
    let both = try Scene.offscreen(Scene.light, Scene.dark)
    let a = try render(Scene.offscreen(Scene.light)) { $0.yaw = 0.1 }
    let b = try render(Scene.offscreen(Scene.dark)) { $0.yaw = 0.1 }
    #expect(try render(both, mix: .none) { $0.yaw = 0.1 } == a)
    #expect(try render(both, mix: Mix(1)) { $0.yaw = 0.1 } == b)
    let middle = try render(both, mix: Mix(0.5)) { $0.yaw = 0.1 }
    #expect(middle.psnr(against: a) < 30)
    #expect(middle.psnr(against: b) < 30)
    // Half-way colour in the middle of the face (a cheek, away from the bands' extremes).
    let red = (Int(a[size / 2, size / 2, 0]) + Int(b[size / 2, size / 2, 0])) / 2
    #expect(abs(Int(middle[size / 2, size / 2, 0]) - red) < 24)
    both.stage.setBackground(.transparent)
    #expect(try render(both, mix: Mix(0.5)) { $0.yaw = 0.3 }.holes == 0)
  }

  @Test("Half-way there is one outline, nowhere a half transparent second one", arguments: [Float(0.25), 0.5, 0.75])
  func oneOutline(share: Float) throws {
    let both = try Scene.offscreen(Scene.light, Scene.dark)
    both.stage.setBackground(.transparent)
    let picture = try render(both, mix: Mix(share))
    var (edge, inside) = (0, 0)
    for y in 0..<size {
      for x in 0..<size {
        let a = picture[x, y, 3]
        if a > 250 { inside += 1 } else if a > 12 { edge += 1 }
      }
    }
    #expect(inside > size * size / 8)
    #expect(edge < inside / 20)
  }

  @Test("A hybrid's ends: nothing, and the features of the second in the colours of the first")
  func hybrid() throws {
    let both = try Scene.offscreen(Scene.light, Scene.dark)
    let a = try render(Scene.offscreen(Scene.light))
    #expect(try render(both, mix: Mix(0, kind: .hybrid)) == a)
    let b = try render(both, mix: Mix(1, kind: .hybrid))
    #expect(b != a)
    // The forehead's middle and the edge of the picture: the skin stays as light as it was.
    for c in 0..<3 { #expect(abs(Int(a[size / 2, size / 2, c]) - Int(b[size / 2, size / 2, c])) < 40) }
    #expect(a[3, 3, 0] == b[3, 3, 0])
  }

  @Test("In a black-and-white head a hybrid's features are black and white")
  func greyHybrid() throws {
    let grey = SyntheticAvatar(rig: Scene.rig, tint: Vector3(0.6, 0.6, 0.6))
    func mostColour(_ picture: PixelBuffer) -> Int {
      // Skin and lips, not the eyes.
      var most = 0
      for y in size / 2..<size * 3 / 4 {
        for x in size * 3 / 8..<size * 5 / 8 {
          let c = (0..<3).map { Int(picture[x, y, $0]) }
          most = max(most, c.max()! - c.min()!)
        }
      }
      return most
    }
    let donor = mostColour(try render(Scene.offscreen(Scene.light)))
    let hybrid = mostColour(
      try render(Scene.offscreen(grey, Scene.light), mix: Mix(1, kind: .hybrid)))
    #expect(donor > 80 && hybrid < donor / 3, "\(donor), \(hybrid)")
  }

  @Test("The background that is kept from frame to frame changes with what it shows")
  func keptBackground() throws {
    /// A picture of one colour a channel, whatever was shown before.
    func plain(_ colour: UInt8) -> PixelBuffer {
      PixelBuffer(width: 16, height: 16, channels: 3, data: [UInt8](repeating: colour, count: 16 * 16 * 3))
    }
    let kept = try Scene.offscreen(Scene.light)
    let first = try render(kept)
    for framing in [Framing.portrait, .photo] {
      let fresh = try Scene.offscreen(Scene.light)
      #expect(try render(kept, framing: framing) == render(fresh, framing: framing), "\(framing)")
    }
    for colour in [40, 200] as [UInt8] {
      kept.stage.uploadBackground(plain(colour))
      #expect(try render(kept)[2, 2, 0] == colour)
    }
    kept.stage.setBackground(.photo)
    #expect(try render(kept) == first)
    try kept.stage.load(Scene.dark.avatar, slot: 0)
    for (image, pixels) in Scene.dark.pictures { kept.stage.upload(pixels, slot: 0, image: image) }
    #expect(try render(kept) == render(Scene.offscreen(Scene.dark)))
  }

  @Test("Framings show more and more of the person")
  func framings() throws {
    let offscreen = try Scene.offscreen(Scene.light)
    offscreen.stage.setBackground(.transparent)
    func skin(_ framing: Framing) throws -> Int {
      let picture = try render(offscreen, framing: framing)
      return (0..<size * size).reduce(0) { $0 + (picture.data[4 * $1 + 3] > 128 ? 1 : 0) }
    }
    #expect(try skin(.close) > skin(.portrait))
    // The synthetic photo has no more to show than a portrait does.
    #expect(try skin(.portrait) >= skin(.shoulders))
  }

  @Test("A mirrored frame changes left and right, a round one keeps nothing but its circle")
  func pictureFrames() throws {
    let offscreen = try Scene.offscreen(Scene.light)
    func framed(_ frame: PictureFrame) throws -> PixelBuffer {
      offscreen.stage.frame = frame
      return try render(offscreen)
    }
    let plain = try framed(PictureFrame())
    let mirrored = try framed(PictureFrame(isMirrored: true))
    let round = try framed(PictureFrame(isRound: true))
    for y in stride(from: 0, to: size, by: 7) {
      for x in 0..<size {
        let away = (Double(x) + 0.5 - Double(size) / 2, Double(y) + 0.5 - Double(size) / 2)
        let distance = (away.0 * away.0 + away.1 * away.1).squareRoot()
        for c in 0..<4 {
          try #require(mirrored[size - 1 - x, y, c] == plain[x, y, c])
          if distance < Double(size) / 2 - 1 { try #require(round[x, y, c] == plain[x, y, c]) }
        }
        if distance > Double(size) / 2 + 1 { try #require(round[x, y, 3] == 0) }
      }
    }
    #expect(try framed(PictureFrame()).data == plain.data)
  }

  @Test("Expressions draw lines into skin, deeper ones into older skin, none into a face at rest")
  func creases() throws {
    /// Mean change of the forehead by raised brows, and by nothing.
    func change(_ depth: Float) throws -> (raised: Double, rest: Double) {
      var person = Scene.light
      person.avatar.appearance.creases = depth
      var smooth = Scene.light
      smooth.avatar.appearance.creases = 0
      func difference(_ change: (inout Pose) -> Void) throws -> Double {
        let a = try render(Scene.offscreen(person), change)
        let b = try render(Scene.offscreen(smooth), change)
        return zip(a.data, b.data).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(a.data.count)
      }
      let raised = try difference {
        $0.weights[.browInnerUp] = 1
        $0.weights[.browOuterUpLeft] = 1
        $0.weights[.browOuterUpRight] = 1
      }
      return (raised, try difference { _ in })
    }
    let (young, old) = (try change(0.3), try change(1))
    #expect(young.rest == 0 && old.rest == 0)
    #expect(young.raised > 0.005)
    #expect(old.raised > 2 * young.raised)
  }

  @Test("A morph that has hardly begun is hardly different", arguments: [Float(0.004), 0.996])
  func mixesContinuously(mix: Float) throws {
    let both = try Scene.offscreen(Scene.light, Scene.dark)
    let near = try render(both, mix: Mix(mix))
    #expect(near.psnr(against: try render(both, mix: Mix(mix.rounded()))) > 36)
  }

  @Test("A portrait fills every viewport", arguments: [(512, 512), (640, 480), (480, 640), (320, 180)])
  func portraits(width: Int, height: Int) throws {
    let offscreen = try Scene.offscreen(Scene.light)
    let pose = Scene.pose {
      $0.yaw = 0.2
      $0.translation = Vector3(0.5, 0.5, 0)
    }
    let picture = try offscreen.render(pose, framing: .portrait, width: width, height: height)
    #expect(picture.data.indices.filter { $0 % 4 == 3 }.allSatisfy { picture.data[$0] == 255 })
    // The face is in the middle third.
    #expect(picture[width / 2, height / 2, 0] > picture[width / 2, height / 2, 2])
  }

  @Test("Nobody is drawn before all pictures have arrived")
  func waitsForPictures() throws {
    let offscreen = try Offscreen(rig: rig)
    offscreen.stage.setBackground(.transparent)
    try offscreen.stage.load(Scene.light.avatar, slot: 0)
    for (image, pixels) in Scene.light.pictures where image != .headAlpha {
      offscreen.stage.upload(pixels, slot: 0, image: image)
    }
    #expect(!offscreen.stage.isReady(slot: 0))
    #expect(try render(offscreen).data.allSatisfy { $0 == 0 })
    offscreen.stage.upload(Scene.light.pictures[1].1, slot: 0, image: .headAlpha)
    #expect(offscreen.stage.isReady(slot: 0))
    #expect(try render(offscreen)[size / 2, size / 2, 3] == 255)
    offscreen.stage.unload(slot: 0)
    #expect(try render(offscreen).data.allSatisfy { $0 == 0 })
  }

  @Test("After the context is lost nothing is drawn and nothing breaks")
  func survivesLoss() throws {
    let offscreen = try Scene.offscreen(Scene.light)
    let before = try render(offscreen)
    offscreen.stage.contextLost()
    try offscreen.stage.load(Scene.dark.avatar, slot: 1)
    #expect(try render(offscreen).width == before.width)
    let again = try Scene.offscreen(Scene.light)
    #expect(try render(again) == before)
  }

  @Test("A pose of nonsense numbers does not break the next frame")
  func survivesNonsense() throws {
    let offscreen = try Scene.offscreen(Scene.light)
    let good = try render(offscreen)
    _ = try render(offscreen) {
      $0.yaw = .nan
      $0.weights[.jawOpen] = .infinity
      $0.gaze = Vector2(.nan, .infinity)
    }
    #expect(try render(offscreen) == good)
  }

  @Test("Sizes that cannot be drawn are refused", arguments: [(0, 10), (10, -1), (5000, 10)])
  func refusesSizes(width: Int, height: Int) throws {
    let offscreen = try Scene.offscreen(Scene.light)
    #expect(throws: FilmError.badSize) { try offscreen.render(Pose(), width: width, height: height) }
  }
}
