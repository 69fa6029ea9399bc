import Avatar
import Fitting
import Head
import Linear
import Pixels

/// Photo and landmarks to avatar: everything of creation that needs no network.
public struct AvatarBuilder: Sendable {
  private let rig: Rig
  private let fit: RigFit
  private let fitter: FaceFitter
  private let pair: Pair

  /// - Parameter pair: how two pieces of work are done; one after the other unless told.
  public init(rig: Rig, fit: RigFit, pair: @escaping Pair = inTurn) {
    self.rig = rig
    self.fit = fit
    self.pair = pair
    fitter = FaceFitter(rig: rig, fit: fit)
  }

  /// - Parameters:
  ///   - photo: RGB, upright.
  ///   - landmarks: 478, photo pixels, z away from the viewer.
  ///   - further: other photos of the same person, for what this one does not show.
  ///   - mask: the coarse person mask (0...1, any size) of a rectangle (x, y, width, height) of the photo.
  ///   - look: the landmarks of the photo with closed lids painted on it; nil: nobody can look.
  ///   - progress: called with 0...1.
  public func build(
    photo: PixelBuffer, landmarks: [Vector3], further: [FurtherPhoto] = [], mask: (SIMD4<Float>) -> Plane,
    look: ((PixelBuffer) -> [Vector3])? = nil, progress: (Float) -> Void
  ) -> CreatedAvatar {
    let plan = PicturePlan(width: photo.width, height: photo.height, landmarks: landmarks)
    var face = fitter.fit(photo, landmarks)
    let views = further.map { PersonView($0, face: fitter.fit($0.pixels, $0.landmarks), rig: rig, fit: fit) }
    var outcomes = further.map { _ in ViewOutcome() }
    var geometry = HeadGeometry(rig: rig, fit: fit, face: face)
    if !views.isEmpty {
      let parallax = Parallax(
        rig: rig, fit: fit, face: face, vertices: geometry.photo, photo: photo, region: plan.head)
      if let deeper = parallax.depth(from: views) {
        face.depth = deeper.coefficients
        geometry = HeadGeometry(rig: rig, fit: fit, face: face)
        for view in deeper.views { outcomes[view].uses.append(.shape) }
      }
    }
    var photo = photo
    if !views.isEmpty {
      let portrait = PersonView(FurtherPhoto(pixels: photo, landmarks: landmarks), face: face, rig: rig, fit: fit)
      let uncovered = Uncovering(portrait: portrait, rig: rig).uncovered(by: views)
      photo = uncovered.photo
      for view in uncovered.views { outcomes[view].uses.append(.texture) }
    }
    progress(0.2)

    let cutter = PhotoCutter(
      photo: photo, plan: plan, landmarks: landmarks,
      head: HeadSilhouette(rig: rig, camera: face.camera, photo: geometry.photo), pair: pair, mask: mask)
    let head = cutter.picture(plan.head)
    let headCut = cutter.cutout(head, plan.head)
    let frameCut = plan.frame.map { cutter.cutout(cutter.picture($0), $0) }
    progress(0.5)
    let (layers, created) = both(pair) {
      Self.layers(head: headCut, frame: frameCut)
    } _: {
      person(
        photo, landmarks, plan, head, matte: frameCut?.matte ?? headCut.matte, face, geometry, views, outcomes, look,
        progress: { progress(0.5 + 0.5 * $0) })
    }
    var whole = created
    whole.pictures = layers + created.pictures
    progress(1)
    return whole
  }

  /// The person's and the background's pictures.
  private static func layers(head: Cutout, frame: Cutout?) -> [CreatedAvatar.Picture] {
    var pictures: [CreatedAvatar.Picture] = []
    let (colour, background) = head.layers()
    if let frame {
      let layers = frame.layers()
      pictures.append(.init(image: .frameColour, pixels: layers.colour.rgb()))
      pictures.append(.init(image: .frameAlpha, pixels: frame.matte.grey()))
      pictures.append(.init(image: .background, pixels: layers.background.rgb()))
    } else {
      pictures.append(.init(image: .background, pixels: background.rgb()))
    }
    pictures.append(.init(image: .headColour, pixels: colour.rgb()))
    pictures.append(.init(image: .headAlpha, pixels: head.matte.grey()))
    return pictures
  }

  /// The avatar with its eyes and preview.
  /// - Parameters:
  ///   - head: the picture of the plan's head.
  ///   - matte: of the largest picture that there is.
  private func person(
    _ photo: PixelBuffer, _ landmarks: [Vector3], _ plan: PicturePlan, _ head: Plane4, matte: Plane, _ face: FaceFit,
    _ fitted: HeadGeometry, _ views: [PersonView], _ viewOutcomes: [ViewOutcome],
    _ look: ((PixelBuffer) -> [Vector3])?, progress: (Float) -> Void
  ) -> CreatedAvatar {
    var geometry = fitted
    var outcomes = viewOutcomes
    let camera = face.camera
    let sheet = SheetMaker(rig: rig, camera: camera).sheet(
      photo: geometry.photo, head: plan.headSquare, matte: matte)
    geometry.join(sheet, rig: rig, camera: camera)
    var surface = FaceSurface(rig: rig, camera: camera, photo: geometry.photo, pixel: 1 / plan.head.scale)
    surface.darkenNostrils(
      rig: rig, fit: fit, camera: camera, photo: geometry.photo, landmarks: landmarks, picture: head, region: plan.head)
    let tones = SkinTones(
      rig: rig, camera: camera, photo: geometry.photo, texture: surface.texture, alpha: surface.alpha, picture: head,
      region: plan.head)
    let skin = SkinPicture(texture: surface.texture, colours: head, region: plan.head, tone: tones.skin)
    let seen = PortraitSurface(skin: skin, vertices: geometry.photo, rig: rig)
    let glasses = GlassesFinder.glasses(landmarks, colour: skin.colour)
    let mirror = PersonView(
      mirrored: seen, photo: photo, landmarks: landmarks, face: face, vertices: geometry.photo, rig: rig)
    let sides = SeenSides(
      views, mirror: mirror, glasses: glasses, portrait: seen, camera: camera, vertices: geometry.photo, rig: rig)
    if let sides {
      for view in sides.views where !outcomes[view].uses.contains(.texture) { outcomes[view].uses.append(.texture) }
    }
    progress(0.4)
    let right = eye(.eyeRight, photo, landmarks, &geometry, camera, seen, views, look)
    progress(0.7)
    let left = eye(.eyeLeft, photo, landmarks, &geometry, camera, seen, views, look)
    progress(0.95)
    var teeth = TeethFinder(
      rig: rig, camera: camera, photo: geometry.photo, landmarks: landmarks, skin: tones.skin,
      eyeWhite: max(right.1.white, left.1.white), picture: head, region: plan.head)
    var further: SeenTeeth?
    if teeth.weights.isEmpty && !views.isEmpty {
      further = SeenTeeth(views, portrait: seen, eyeWhite: max(right.1.white, left.1.white), rig: rig)
    }
    if let further {
      teeth = further.teeth
      outcomes[further.view].uses.append(.teeth)
    }
    // Teeth that hang lower are longer: their gums stay behind the lip.
    geometry.moveMouth(rig, by: camera.rotation.c1 * -teeth.drop, gumShare: teeth.drop > 0 ? 0.4 : 1)
    let atlas = EyePictures.atlas(right: right.1, left: left.1, teeth: further?.picture, sides: sides?.picture)
    let avatar = Avatar(
      rigChecksum: rig.checksum, camera: camera, headRegion: plan.head.rectangle, photoPositions: geometry.photo,
      neutralPositions: geometry.neutral, faceTexture: surface.texture, faceAlpha: surface.alpha,
      blinkRight: geometry.blinkRight, blinkLeft: geometry.blinkLeft, mouthScale: geometry.mouthScale,
      keptExpression: geometry.kept, teethPhoto: teeth.weights, teethTexture: teeth.texture, sides: sides?.texture,
      eyeRight: right.0, eyeLeft: left.0,
      appearance: Appearance(
        light: tones.light, skin: tones.skin, innerLip: tones.innerLip, teeth: teeth.colour, gums: tones.gums,
        showsTeeth: !teeth.weights.isEmpty, creases: CreaseFinder.depth(rig: rig, skin: skin),
        glasses: glasses),
      sheet: sheet, images: [])
    for (eye, use) in [(right.1, ViewOutcome.Use.rightLid), (left.1, .leftLid)] {
      if let view = eye.lid.view { outcomes[view].uses.append(use) }
    }
    return CreatedAvatar(
      avatar: avatar,
      pictures: [
        .init(image: .eyes, pixels: atlas), .init(image: .preview, pixels: Self.preview(photo, landmarks)),
      ],
      landmarks: landmarks, views: outcomes)
  }

  /// Whether a further photo may show the person of the portrait.
  func isSamePerson(_ portrait: FurtherPhoto, _ further: FurtherPhoto) -> Bool {
    Likeness(portrait, further, fitter: fitter, rig: rig, fit: fit).isPossible
  }

  /// Eyeball and pictures of one eye; puts the ball's vertices into `geometry`.
  private func eye(
    _ part: RigPart, _ photo: PixelBuffer, _ landmarks: [Vector3], _ geometry: inout HeadGeometry, _ camera: Camera,
    _ portrait: PortraitSurface, _ views: [PersonView], _ look: ((PixelBuffer) -> [Vector3])?
  ) -> (Eye, EyePictures) {
    let skin = portrait.skin
    let isLeft = part == .eyeLeft
    let rigEye = isLeft ? rig.eyeLeft : rig.eyeRight
    let contours = rig.contours
    let upper = isLeft ? contours.upperLidLeft : contours.upperLidRight
    let lower = isLeft ? contours.lowerLidLeft : contours.lowerLidRight
    let blink = isLeft ? geometry.blinkLeft : geometry.blinkRight
    let ball = EyeballPlacement(
      rig: rig, camera: camera, part: part, eye: rigEye, rims: [upper, lower], blink: blink, geometry: geometry)
    for i in rig.vertices(of: part) {
      let vertex = ball.centre + camera.rotation * (rig.neutral[i] - rigEye.centre)
      geometry.photo[i] = vertex
      geometry.neutral[i] = vertex
    }
    let ground = LidGround(
      rig: rig, camera: camera, neutral: geometry.neutral, blink: blink, upper: upper, lower: lower,
      reach: isLeft ? geometry.lidReach.left : geometry.lidReach.right, skin: skin,
      tone: skin.lidTone(
        landmarks, above: isLeft ? Landmark.leftLidSkin : Landmark.rightLidSkin,
        below: isLeft ? Landmark.leftUnderEye : Landmark.rightUnderEye, reach: 0.1 * camera.pixelsPerUnit),
      isLeft: isLeft)
    let rims = isLeft ? (Landmark.leftUpper, Landmark.leftLower) : (Landmark.rightUpper, Landmark.rightLower)
    var lid = LidPicture(ground, style: LidStyle.all[0])
    if let look {
      let choice = LidChoice(photo: photo, look: look, upper: rims.0, lower: rims.1)
      let open = choice.opening(of: landmarks)
      var seen: LidPicture?
      if let number = SeenLid.best(views, eye: choice, open: open) {
        let gain = views[number].gain(to: portrait, rig: rig) {
          (rig.neutral[$0].x > 0) == isLeft && rig.fields.eyeDistance[$0] < 2.5
        }
        seen = SeenLid(ground: ground, upper: rims.0, lower: rims.1)
          .lid(views[number], number: number, gain: gain)
      }
      lid = choice.lid(on: ground, seen: seen, open: open)
    }
    let pictures = EyePictures(
      photo: photo, landmarks: landmarks, upper: rims.0, lower: rims.1,
      iris: isLeft ? Landmark.irisLeft : Landmark.irisRight, lid: lid)
    let eye = Eye(
      irisCentre: pictures.irisCentre, irisRadius: pictures.irisRadius, ballCentre: ball.centre,
      ballRadius: ball.radius, scleraRegion: pictures.scleraRegion, lidRegion: lid.region)
    return (eye, pictures)
  }

  /// Head and shoulders, 240x320, cut out of the photo.
  private static func preview(_ photo: PixelBuffer, _ landmarks: [Vector3]) -> PixelBuffer {
    let top = landmarks[Landmark.forehead].xy
    let chin = landmarks[Landmark.chin].xy
    let centre = (top + chin) * 0.5
    let height = min(
      Float(photo.height), Float(photo.width) * 4 / 3, max(32, (top - chin).length * 2.4))
    let width = height * 0.75
    let x = max(0, min(Float(photo.width) - width, centre.x - width / 2))
    let y = max(0, min(Float(photo.height) - height, centre.y - height * 0.47))
    return photo.resampled(SIMD4(x, y, width, height), width: 240, height: 320).rgb()
  }
}

extension FaceFitter {
  /// The optical axis meets the photo in the middle of the face.
  func fit(_ photo: PixelBuffer, _ landmarks: [Vector3]) -> FaceFit {
    fit(
      landmarks: landmarks, photoSize: Vector2(Float(photo.width), Float(photo.height)),
      origin: (landmarks[Landmark.forehead].xy + landmarks[Landmark.chin].xy) * 0.5)
  }
}
