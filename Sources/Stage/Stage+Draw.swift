import Avatar
import CGLES
import Head
import Linear

extension Stage {
  /// The largest width and height of a frame, pixels.
  public static let largestSize = 4096

  /// Draws `pose` into `output`, `width` x `height` pixels; with two avatars, `mix` 0...1 of the way from the first to the
  /// second. Colours are premultiplied with alpha. Allocates nothing once the size stays the same.
  public func draw(_ pose: Pose, mix: Float, framing: Framing, width: Int, height: Int) {
    guard isUsable, width > 0, height > 0, width <= Self.largestSize, height <= Self.largestSize else { return }
    glesDisable(GLES_DEPTH_TEST)
    glesDisable(GLES_CULL_FACE)
    let isThere = deformer.deform(pose, mix: mix)
    let t = deformer.mix
    let first = t < 1 ? drawing(0) : drawing(1)
    let second = t > 0 && t < 1 ? drawing(1) : nil
    guard isThere, let first, first.isReady, second?.isReady ?? true else {
      beginOutput(width, height)
      drawBackground(nil, nil, 0, width, height, framing)
      return
    }
    VertexBuffer.update(shared.positions, deformer.vertices)
    VertexBuffer.update(shared.plates, deformer.eyePlateRight)
    VertexBuffer.update(shared.plates, deformer.eyePlateLeft, first: EyeGeometry.count)
    VertexBuffer.update(first.sheetPositions, deformer.sheet(t < 1 ? 0 : 1))

    var lens = first.lens(framing, width: width, height: height)
    if let second {
      VertexBuffer.update(second.sheetPositions, deformer.sheet(1))
      let other = second.lens(framing, width: width, height: height)
      lens = lens.mixed(with: other, t)
    }
    setLens(lens)
    glesBlendFunc(GLES_ONE, GLES_ONE_MINUS_SRC_ALPHA)
    glesEnable(GLES_BLEND)
    if let second {
      let layer = target.beginLayer(0, width: width, height: height)
      drawSheet(first)
      let layer2 = target.beginLayer(1, width: width, height: height)
      drawSheet(second)
      beginOutput(width, height)
      drawBackground(first, second, t, width, height, framing)
      uniforms[2] = SIMD4(0, 0, 1, 1)
      uniforms[3] = SIMD4(t, 0, 0, 0)
      uniforms[4] = deformer.photoBox(0, lens)
      uniforms[5] = deformer.photoBox(1, lens)
      Texture.bind(layer2, unit: 1)
      Texture.bind(layer, unit: 0)
      drawFlat(shared.dissolve)
    } else {
      beginOutput(width, height)
      drawBackground(first, nil, 0, width, height, framing)
      drawSheet(first)
    }
    drawPatch(pose, first, second, t, lens, width, height)
  }

  private func beginOutput(_ width: Int, _ height: Int) {
    glesBindFramebuffer(GLES_FRAMEBUFFER, output)
    glesViewport(0, 0, Int32(width), Int32(height))
  }

  /// Everything that has smooth edges and depth: eyes, mouth, face.
  private func drawPatch(
    _ pose: Pose, _ first: AvatarDrawing, _ second: AvatarDrawing?, _ t: Float, _ lens: Lens, _ width: Int,
    _ height: Int
  ) {
    guard let box = deformer.faceBox(lens, width: width, height: height),
      target.beginPatch(box, width: width, height: height)
    else { return }
    bindPictures(first, second)
    // Nothing in the patch lies over something else of it that should shine through; mixing every sample would take long.
    glesDisable(GLES_BLEND)
    drawEyes(pose, first, second, t)
    glesEnable(GLES_DEPTH_TEST)
    glesDepthFunc(GLES_LEQUAL)
    glesEnable(GLES_CULL_FACE)
    glesCullFace(GLES_BACK)
    let faceArray = pose.photoExpression >= 1 ? first.photoFaceArray : first.faceArray
    glesBindVertexArray(second == nil ? faceArray : mixFaceArray)
    drawFace(pose, first, second, t)
    // After the face, which hides most of it.
    drawMouth(pose, first, second, t)
    glesBindVertexArray(0)
    glesDisable(GLES_DEPTH_TEST)
    glesDisable(GLES_CULL_FACE)
    glesEnable(GLES_BLEND)
    let patch = target.endPatch(box)
    glesBindFramebuffer(GLES_FRAMEBUFFER, output)
    glesViewport(Int32(box.x), Int32(box.y), Int32(box.width), Int32(box.height))
    uniforms[2] = SIMD4(0, 0, patch.width, patch.height)
    Texture.bind(patch.texture, unit: 0)
    drawFlat(shared.layer)
  }

  private func setLens(_ lens: Lens) {
    let f = lens.focalDistance
    // Depth -1...1 over 35 cm before and 60 cm behind the origin of avatar space, but never behind the eye point.
    let near = max(f - 35, 0.1 * f)
    let far = f + 60
    uniforms[0] = SIMD4(lens.centre.x, lens.centre.y, lens.scale.x, lens.scale.y)
    uniforms[1] = SIMD4(f, (far + near) / (far - near), 2 * far * near / (far - near), 0)
  }

  // MARK: Flat pictures

  func drawFlat(_ program: Program) {
    program.use(uniforms, 6)
    glesBindVertexArray(shared.emptyArray)
    glesDrawArrays(GLES_TRIANGLE_STRIP, 0, 4)
    glesBindVertexArray(0)
  }

  /// Joins a colour picture and its matte into a premultiplied picture with mipmaps; the sources are freed.
  func join(_ pair: AvatarDrawing.Pair) {
    let width = max(1, min(Self.largestSize, pair.width))
    let height = max(1, min(Self.largestSize, pair.height))
    Texture.allocate(pair.joined.texture, width: width, height: height)
    glesBindFramebuffer(GLES_FRAMEBUFFER, shared.joinFramebuffer)
    glesFramebufferTexture2D(GLES_FRAMEBUFFER, GLES_COLOR_ATTACHMENT0, GLES_TEXTURE_2D, pair.joined.texture, 0)
    glesViewport(0, 0, Int32(width), Int32(height))
    glesDisable(GLES_BLEND)
    glesDisable(GLES_DEPTH_TEST)
    glesDisable(GLES_CULL_FACE)
    Texture.bind(pair.alpha, unit: 1)
    Texture.bind(pair.colour, unit: 0)
    uniforms[2] = SIMD4(0, 0, 1, 1)
    drawFlat(shared.join)
    glesFramebufferTexture2D(GLES_FRAMEBUFFER, GLES_COLOR_ATTACHMENT0, GLES_TEXTURE_2D, 0, 0)
    glesBindFramebuffer(GLES_FRAMEBUFFER, output)
    pair.joined.filled(width: width, height: height)
    Texture.empty(pair.colour)
    Texture.empty(pair.alpha)
  }

  /// Clears the output and draws what is behind the person.
  private func drawBackground(
    _ first: AvatarDrawing?, _ second: AvatarDrawing?, _ t: Float, _ width: Int, _ height: Int, _ framing: Framing
  ) {
    var colour = Vector3(0, 0, 0)
    var alpha: Float = 0
    if case .colour(let chosen) = background {
      colour = chosen
      alpha = 1
    }
    glesClearColor(colour.x, colour.y, colour.z, alpha)
    glesClear(GLES_COLOR_BUFFER_BIT)
    switch background {
    case .transparent, .colour: break
    case .picture:
      guard picture.size.x > 0 else { return }
      let shown = min(1, Float(width) / Float(height) * picture.size.y / picture.size.x)
      let tall = min(1, Float(height) / Float(width) * picture.size.x / picture.size.y)
      uniforms[2] = SIMD4(0.5 - 0.5 * shown, 0.5 + 0.5 * tall, shown, -tall)
      picture.bind(unit: 0, shown: Float(width) / shown)
      drawPicture(opacity: 1)
    case .photo:
      if let first { drawSurroundings(first, 1, width, height, framing) }
      if let second { drawSurroundings(second, t, width, height, framing) }
    }
  }

  private func drawSurroundings(
    _ drawing: AvatarDrawing, _ opacity: Float, _ width: Int, _ height: Int, _ framing: Framing
  ) {
    guard drawing.hasBackground else { return }
    let window = drawing.portrait.window(framing, width: width, height: height)
    let size = drawing.camera.photoSize
    uniforms[2] = SIMD4(window.x / size.x, (window.y + window.w) / size.y, window.z / size.x, -window.w / size.y)
    drawing.bindBackground(unit: 0)
    drawPicture(opacity: opacity)
  }

  private func drawPicture(opacity: Float) {
    uniforms[3] = SIMD4(opacity, 0, 0, 0)
    drawFlat(shared.picture)
  }

  // MARK: The person

  private func drawSheet(_ drawing: AvatarDrawing) {
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
  private func bindPictures(_ first: AvatarDrawing, _ second: AvatarDrawing?) {
    if let second {
      Texture.bind(second.texture(.eyes), unit: 3)
      second.bindHead(unit: 2)
    }
    Texture.bind(first.texture(.eyes), unit: 1)
    first.bindHead(unit: 0)
  }

  private func drawEyes(_ pose: Pose, _ first: AvatarDrawing, _ second: AvatarDrawing?, _ t: Float) {
    glesBindVertexArray(second == nil ? first.plateArray : mixPlateArray)
    let isMoved = max(abs(pose.gaze.x), abs(pose.gaze.y)) > 1e-4
    for side in 0..<2 {
      let isLeft = side == 1
      let lid = pose.weights[isLeft ? .eyeBlinkLeft : .eyeBlinkRight]
      let opacity = 1 - photoPart(pose, activity: lid + (isMoved ? 1 : 0))
      guard opacity > 0 else { continue }
      let a = gaze(pose, first, isLeft)
      uniforms[2] = SIMD4(a.x, a.y, isLeft ? 2 : 0, opacity)
      let radius = irisRadius(first, isLeft)
      uniforms[3] = SIMD4(radius.x, radius.y, t, 0)
      if let second {
        let b = gaze(pose, second, isLeft)
        let radius2 = irisRadius(second, isLeft)
        uniforms[4] = SIMD4(b.x, b.y, isLeft ? 2 : 0, 0)
        uniforms[5] = SIMD4(radius2.x, radius2.y, 0, 0)
      }
      (second == nil ? shared.eye : shared.eyeMix).use(uniforms, 6)
      let count = EyeGeometry.triangles.count
      glesDrawElements(
        GLES_TRIANGLES, Int32(count), GLES_UNSIGNED_SHORT, isLeft ? Int32(2 * count) : 0)
    }
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

  private func drawMouth(_ pose: Pose, _ first: AvatarDrawing, _ second: AvatarDrawing?, _ t: Float) {
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
      * (0.45 + 0.55 * Elementary.smoothstep(0.55, 0.92, opening.relativeWidth))
    uniforms[2] = SIMD4(opening.middle.y, max(0.15, 0.5 * opening.gap), opening.middle.z, open)
    let program = second == nil ? shared.mouth : shared.mouthMix
    func draw(_ part: RigPart, _ colour: Vector3, least: Float, begin: Float, rate: Float) {
      uniforms[3] = SIMD4(opening.centreX, 0.5 * opening.width, begin, rate)
      uniforms[4] = SIMD4(colour, least)
      uniforms[5] = SIMD4(opacity, t, 0, 0)
      program.use(uniforms, 6)
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
    draw(.mouthSocket, flesh(Vector3(0.42, 0.13, 0.12)), least: 0.2, begin: -0.2, rate: 0.45)
    draw(.gums, gums, least: 0.18, begin: 1.1, rate: 0.4)
    draw(.tongue, flesh(Vector3(0.74, 0.36, 0.35)), least: 0.18, begin: 1.1, rate: 0.4)
    draw(.upperTeeth, teeth, least: 0.1, begin: 0.9, rate: 0.45)
    draw(.lowerTeeth, teeth, least: 0.1, begin: 0.9, rate: 0.45)
  }

  private func drawFace(_ pose: Pose, _ first: AvatarDrawing, _ second: AvatarDrawing?, _ t: Float) {
    // Lids that only droop still show the photo's own skin.
    func lid(_ blink: Blendshape, _ down: Blendshape) -> Float {
      Elementary.smoothstep(0.1, 0.6, pose.weights[blink] + 0.6 * pose.weights[down])
    }
    let right = lid(.eyeBlinkRight, .eyeLookDownRight)
    let left = lid(.eyeBlinkLeft, .eyeLookDownLeft)
    uniforms[2] = SIMD4(right, left, contactStrength(pose, t), t)
    uniforms[3] = SIMD4(mixed(first.appearance.innerLip, second?.appearance.innerLip, t), 1 - pose.photoExpression)
    (second == nil ? shared.face : shared.faceMix).use(uniforms, 4)
    let range = deformer.rig.triangles(of: .face)
    glesDrawElements(GLES_TRIANGLES, Int32(range.count), GLES_UNSIGNED_SHORT, Int32(2 * range.lowerBound))
  }

  /// Darkness of the line where lips meet that were apart in the photo (elsewhere the photo has that line).
  private func contactStrength(_ pose: Pose, _ t: Float) -> Float {
    let a = deformer.geometry(deformer.mix < 1 ? 0 : 1)?.photoLipGap ?? 0
    let b = t > 0 && t < 1 ? deformer.geometry(1)?.photoLipGap ?? a : a
    let apart = Elementary.smoothstep(0.05, 0.3, a + (b - a) * t)
    let closed = Elementary.smoothstep(0.15, 0.02, deformer.opening.gap)
    return 0.45 * apart * closed * (1 - pose.photoExpression)
  }

  private func mixed(_ a: Vector3, _ b: Vector3?, _ t: Float) -> Vector3 {
    guard let b else { return a }
    return a + (b - a) * t
  }
}
