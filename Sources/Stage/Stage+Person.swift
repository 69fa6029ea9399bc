import Avatar
import CGLES
import Head
import Linear

/// The parts of the person, each into what is bound.
extension Stage {
  func drawSheet(_ drawing: AvatarDrawing) {
    glesBindVertexArray(drawing.sheetArray)
    drawing.bindFrame(unit: 1)
    drawing.bindHead(unit: 0)
    uniforms[2] = SIMD4(SheetBlend.border, 0, 0, 0)
    if drawing.outerCount > 0 {
      (drawing.hasFrame ? shared.sheetOuter : shared.sheetInner).use(uniforms, 3)
      glesDrawElements(GLES_TRIANGLES, Int32(drawing.outerCount), GLES_UNSIGNED_INT, 0)
    }
    if drawing.innerCount > 0 {
      shared.sheetInner.use(uniforms, 3)
      glesDrawElements(
        GLES_TRIANGLES, Int32(drawing.innerCount), GLES_UNSIGNED_INT, Int32(4 * drawing.outerCount))
    }
    glesBindVertexArray(0)
  }

  /// Units 0, 1: head and eyes of the first avatar; 2, 3: of the second.
  func bindPictures(_ first: AvatarDrawing, _ second: AvatarDrawing?) {
    if let second {
      Texture.bind(second.texture(.eyes), unit: 3)
      second.bindHead(unit: 2)
    }
    Texture.bind(first.texture(.eyes), unit: 1)
    first.bindHead(unit: 0)
  }

  func drawEye(isLeft: Bool, _ pose: Pose, _ first: AvatarDrawing, _ second: AvatarDrawing?) {
    let isMoved = max(abs(pose.gaze.x), abs(pose.gaze.y)) > 1e-4
    let lid = pose.weights[isLeft ? .eyeBlinkLeft : .eyeBlinkRight]
    let opacity = 1 - photoPart(pose, activity: lid + (isMoved ? 1 : 0))
    guard opacity > 0 else { return }
    glesBindVertexArray(second == nil ? first.plateArray : mixPlateArray)
    let a = gaze(pose, first, isLeft)
    uniforms[2] = SIMD4(a.x, a.y, isLeft ? 2 : 0, opacity)
    let radius = irisRadius(first, isLeft)
    let share = deformer.share(ofEye: isLeft)
    uniforms[3] = SIMD4(radius.x, radius.y, share, first.eyeRows)
    let lowering = deformer.lowering(isLeft: isLeft)
    uniforms[6] = SIMD4(isLeft ? first.irisRadii.left : first.irisRadii.right, 0, lowering.x, lowering.y)
    if let second {
      let b = gaze(pose, second, isLeft)
      let radius2 = irisRadius(second, isLeft)
      uniforms[4] = SIMD4(b.x, b.y, isLeft ? 2 : 0, 0)
      uniforms[5] = SIMD4(radius2.x, radius2.y, second.eyeRows, 0)
      uniforms[6].y = isLeft ? second.irisRadii.left : second.irisRadii.right
    }
    shared.programs(isMix: second != nil).eye.use(uniforms, 7)
    let count = EyeGeometry.triangles.count
    glesDrawElements(
      GLES_TRIANGLES, Int32(count), GLES_UNSIGNED_SHORT, isLeft ? Int32(2 * count) : 0)
  }

  /// How far the iris has moved in the photo, in iris radii (y down).
  private func gaze(_ pose: Pose, _ drawing: AvatarDrawing, _ isLeft: Bool) -> Vector2 {
    let eye = isLeft ? drawing.eyes.left : drawing.eyes.right
    let unit = eye.ballRadius * drawing.camera.pixelsPerUnit / max(0.5, eye.irisRadius)
    return Vector2(Elementary.sin(HeadTurn.angle(pose.gaze.x)), -Elementary.sin(HeadTurn.angle(pose.gaze.y))) * unit
  }

  /// In the head's picture, 0...1.
  private func irisRadius(_ drawing: AvatarDrawing, _ isLeft: Bool) -> Vector2 {
    let radius = (isLeft ? drawing.eyes.left : drawing.eyes.right).irisRadius
    return Vector2(radius / drawing.headRegion.z, radius / drawing.headRegion.w)
  }

  /// How much of the photo itself is left showing where mouth and eyes would be drawn: all of it in the photo's own,
  /// unmoved expression.
  private func photoPart(_ pose: Pose, activity: Float) -> Float {
    max(0, min(1, pose.photoExpression * (1 - 20 * abs(activity))))
  }

  func drawMouth(_ pose: Pose, _ first: AvatarDrawing, _ second: AvatarDrawing?) {
    let t = deformer.share(at: deformer.rig.contours.upperLipInner[0])
    var activity = pose.weights[.tongueOut] + pose.weights[.tongueUp]
    for i in Int(Blendshape.jawForward.rawValue)...Int(Blendshape.mouthUpperUpRight.rawValue) {
      activity += abs(pose.weights[i])
    }
    let opacity = 1 - photoPart(pose, activity: activity)
    guard opacity > 0, deformer.opening.widest > 0.01 else { return }
    let opening = deformer.opening
    let skin = mixed(first.appearance.skin, second?.appearance.skin, t)
    let light = max(0.55, min(1.15, (skin.x + skin.y + skin.z) * (1 / 1.8)))
    let open =
      (0.18 + 0.82 * Elementary.smoothstep(0.04, 0.3, opening.gap))
      * (0.6 + 0.4 * Elementary.smoothstep(0.55, 0.92, opening.relativeWidth))
    uniforms[2] = SIMD4(opening.middle.y, max(0.15, 0.5 * opening.gap), opening.middle.z, open)
    let program = shared.programs(isMix: second != nil).mouth
    func draw(
      _ part: RigPart, _ colour: Vector3, begin: Float, rate: Float, form: Float = 1, gloss: Float = 0,
      groove: Float = 0
    ) {
      uniforms[3] = SIMD4(opening.centreX, 0.5 * opening.width, begin, rate)
      uniforms[4] = SIMD4(colour, 0)
      uniforms[5] = SIMD4(opacity, t, gloss, groove)
      uniforms[6].w = form
      program.use(uniforms, 8)
      let range = deformer.rig.triangles(of: part)
      glesDrawElements(GLES_TRIANGLES, Int32(range.count), GLES_UNSIGNED_SHORT, Int32(2 * range.lowerBound))
    }
    let teeth = mixed(first.appearance.teeth, second?.appearance.teeth, t)
    let gums = mixed(first.appearance.gums, second?.appearance.gums, t)
    // As coloured as the gums: grey in a black-and-white photo.
    let chroma = min(1, (gums.max() - gums.min()) / max(0.57 * gums.max(), 1e-3))
    func flesh(_ colour: Vector3) -> Vector3 {
      let grey = Vector3(repeating: 0.299 * colour.x + 0.587 * colour.y + 0.114 * colour.z)
      return (grey + (colour - grey) * chroma) * light
    }
    uniforms[6] = SIMD4(flesh(Vector3(0.17, 0.055, 0.05)), 1)
    uniforms[7] = SIMD4(mixed(first.appearance.innerLip, second?.appearance.innerLip, t) * 0.8, chroma)
    draw(.mouthSocket, flesh(Vector3(0.42, 0.13, 0.12)), begin: -0.2, rate: 0.45)
    draw(.gums, gums, begin: 1.1, rate: 0.4)
    draw(
      .tongue, flesh(Vector3(0.86, 0.44, 0.43)), begin: 1.2, rate: 0.4, gloss: 0.1, groove: 0.12)
    if first.hasOwnTeeth { Texture.bind(first.texture(.eyes), unit: 0) }
    if let second, second.hasOwnTeeth { Texture.bind(second.texture(.eyes), unit: 2) }
    draw(.upperTeeth, teeth, begin: 0.9, rate: 0.8, form: 1.6, gloss: 0.06)
    draw(.lowerTeeth, teeth * 0.93, begin: 0.9, rate: 0.8, form: 1.6, gloss: 0.04)
    if first.hasOwnTeeth || second?.hasOwnTeeth == true { bindPictures(first, second) }
  }

  func drawFace(_ part: FaceTriangles.Part, _ pose: Pose, _ first: AvatarDrawing, _ second: AvatarDrawing?) {
    let t = deformer.share(at: deformer.rig.contours.upperLipInner[0])
    // Lids that only droop still show the photo's own skin; below the eye the line in which lids meet is seen last.
    func lid(_ blink: Blendshape, _ down: Blendshape) -> Float {
      Elementary.smoothstep(0.1, 0.6, pose.weights[blink] + 0.6 * pose.weights[down])
    }
    func lowerLid(isLeft: Bool) -> Float {
      Elementary.smoothstep(0.6, 0.95, Limits.blink(in: pose.weights, isLeft: isLeft))
    }
    let right = lid(.eyeBlinkRight, .eyeLookDownRight)
    let left = lid(.eyeBlinkLeft, .eyeLookDownLeft)
    let toning = Toning(of: second?.appearance.skin, to: deformer.mix.kind == .hybrid ? first.appearance.skin : nil)
    uniforms[2] = SIMD4(right, left, contactStrength(pose, t), toning.lift)
    uniforms[3] = SIMD4(
      mixed(first.appearance.innerLip, second?.appearance.innerLip, t), 0.85 * (1 - pose.photoExpression))
    uniforms[4] = SIMD4(toning.tint, toning.saturation)
    let isCreased = setCreases(pose, first, second, t)
    let hasSides = first.hasSides || second?.hasSides == true
    let sides = hasSides ? TurnedSides(yaw: HeadTurn.angle(pose.yaw)) : .none
    uniforms[7] = SIMD4(sides.right, sides.left, lowerLid(isLeft: false), lowerLid(isLeft: true))
    let programs = shared.programs(isMix: second != nil)
    func draw(_ run: Range<Int>, _ program: Program) {
      guard !run.isEmpty else { return }
      program.use(uniforms, 8)
      glesDrawElements(
        GLES_TRIANGLES, Int32(run.count), GLES_UNSIGNED_SHORT, Int32(2 * (shared.firstFace + run.lowerBound)))
    }
    let runs = shared.seen.runs(of: part)
    // What shows sides and what does not is not told apart.
    let plain = sides.right + sides.left > 0 ? programs.faceLidded : programs.face
    guard isCreased || right + left > 0 else { return draw(runs.all, plain) }
    draw(runs.plain, plain)
    draw(runs.lids, right + left > 0 ? programs.faceLidded : plain)
    draw(runs.creased, isCreased ? programs.faceCreased : programs.faceLidded)
  }

  /// - Returns: whether there are any.
  private func setCreases(_ pose: Pose, _ first: AvatarDrawing, _ second: AvatarDrawing?, _ t: Float) -> Bool {
    let own = first.appearance.creases
    let age = own + ((second?.appearance.creases ?? own) - own) * t
    // At the corners of the eyes lie the rims of glasses.
    let share =
      SIMD4(1, 1, 1 - max(first.appearance.glasses, second?.appearance.glasses ?? 0), 1)
      * (1 - pose.photoExpression)
    uniforms[5] = Creases.strength(pose.weights, isLeft: false, age: age) * share
    uniforms[6] = Creases.strength(pose.weights, isLeft: true, age: age) * share
    guard max(uniforms[5].max(), uniforms[6].max()) > 0 else { return false }
    Texture.bind(shared.creases, unit: 4)
    return true
  }

  /// Darkness of the line where lips meet that were apart in the photo (elsewhere the photo has that line), and of the rims
  /// of parted lips, which turn away from the light.
  private func contactStrength(_ pose: Pose, _ t: Float) -> Float {
    let mix = deformer.mix
    let a = deformer.geometry(mix.share < 1 || mix.kind == .hybrid ? 0 : 1)?.photoLipGap ?? 0
    let b = t > 0 ? deformer.geometry(1)?.photoLipGap ?? a : a
    let apart = Elementary.smoothstep(0.05, 0.3, a + (b - a) * t)
    let closed = Elementary.smoothstep(0.15, 0.02, deformer.opening.gap)
    return (0.7 * apart * closed + 0.3 * (1 - closed)) * (1 - pose.photoExpression)
  }

  private func mixed(_ a: Vector3, _ b: Vector3?, _ t: Float) -> Vector3 {
    guard let b else { return a }
    return a + (b - a) * t
  }
}
