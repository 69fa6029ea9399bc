import Avatar
import CGLES
import Head
import Linear
import Pixels

extension Stage {
  /// The largest width and height of a frame, pixels.
  public static let largestSize = 4096

  /// Draws `pose` into `output`, `width` x `height` pixels; with two avatars, `mix` of the way from the first to the
  /// second. Colours are premultiplied with alpha. Allocates nothing once the size stays the same.
  public func draw(_ pose: Pose, mix: Mix, framing: Framing, width: Int, height: Int) {
    guard isUsable, width > 0, height > 0, width <= Self.largestSize, height <= Self.largestSize else { return }
    if frame.isPlain {
      drawContents(pose, mix, framing, width, height)
    } else {
      drawFramed(width: width, height: height) { drawContents(pose, mix, framing, width, height) }
    }
  }

  private func drawContents(_ pose: Pose, _ mix: Mix, _ framing: Framing, _ width: Int, _ height: Int) {
    glesDisable(GLES_DEPTH_TEST)
    glesDisable(GLES_CULL_FACE)
    let isThere = deformer.deform(pose, mix: mix)
    let t = deformer.mix.share
    let isHybrid = deformer.mix.kind == .hybrid
    let first = t < 1 || isHybrid ? drawing(0) : drawing(1)
    let second = deformer.isMixing ? drawing(1) : nil
    guard isThere, let first, first.isReady, second?.isReady ?? true else {
      beginOutput(width, height)
      drawBackground(nil, nil, 0, width, height, framing)
      return
    }
    VertexBuffer.update(shared.positions, deformer.vertices)
    VertexBuffer.update(shared.plates, deformer.eyePlateRight)
    VertexBuffer.update(shared.plates, deformer.eyePlateLeft, first: EyeGeometry.count)
    VertexBuffer.update(first.sheetPositions, deformer.sheet(first === drawing(0) ? 0 : 1))

    var lens = first.lens(framing, width: width, height: height)
    if second != nil { VertexBuffer.update(shared.shares, UnsafeBufferPointer(deformer.shares)) }
    let morphed = isHybrid ? nil : second
    if isHybrid, let second { second.isSeen(as: deformer.donorScale, of: first) }
    if let morphed {
      VertexBuffer.update(morphed.sheetPositions, deformer.sheet(1))
      let other = morphed.lens(framing, width: width, height: height)
      lens = lens.mixed(with: other, t)
    }
    setLens(lens)
    // Before the output is begun: where there is no graphics processor, every change of the framebuffer takes time.
    let patch = drawPatch(pose, first, second, lens, width, height)
    glesBlendFunc(GLES_ONE, GLES_ONE_MINUS_SRC_ALPHA)
    glesEnable(GLES_BLEND)
    if let morphed {
      let layer = target.beginLayer(0, width: width, height: height)
      drawSheet(first)
      let layer2 = target.beginLayer(1, width: width, height: height)
      drawSheet(morphed)
      Texture.mipmap(layer)
      Texture.mipmap(layer2)
      beginOutput(width, height)
      drawBackground(first, morphed, t, width, height, framing)
      uniforms[2] = SIMD4(0, 0, 1, 1)
      uniforms[3] = SIMD4(t, 0, 0, 0)
      uniforms[4] = deformer.photoBox(0, lens)
      uniforms[5] = deformer.photoBox(1, lens)
      Texture.bind(layer2, unit: 1)
      Texture.bind(layer, unit: 0)
      if let dissolve = shared.mix?.dissolve { drawFlat(dissolve) }
    } else {
      beginOutput(width, height)
      drawBackground(first, nil, 0, width, height, framing)
      drawSheet(first)
    }
    if let patch { layPatch(patch) }
  }

  private func beginOutput(_ width: Int, _ height: Int) {
    glesBindFramebuffer(GLES_FRAMEBUFFER, output)
    glesViewport(0, 0, Int32(width), Int32(height))
  }

  /// Draws everything that has depth, eyes, mouth and face, beside the output.
  /// - Returns: where on the output it belongs; nil where nothing of it is seen.
  private func drawPatch(
    _ pose: Pose, _ first: AvatarDrawing, _ second: AvatarDrawing?, _ lens: Lens, _ width: Int, _ height: Int
  ) -> PixelBox? {
    deformer.look(through: lens)
    let face = deformer.rig.vertices(of: .face)
    guard let box = deformer.box(of: face, width: width, height: height), target.makePatch(box) else { return nil }
    bindPictures(first, second)
    // Nothing in the patch lies over something else of it that should shine through; mixing every sample would take long.
    glesDisable(GLES_BLEND)
    glesDepthFunc(GLES_LEQUAL)
    glesCullFace(GLES_BACK)
    let isWhole = target.isSmooth && max(abs(pose.yaw), abs(pose.pitch)) > Self.turned
    func rim(_ vertices: [UInt16]) -> PixelBox? {
      guard target.isSmooth, !isWhole else { return nil }
      return deformer.box(of: vertices, width: width, height: height)?.common(with: box)
    }
    let whole = isWhole ? box : nil
    let nose = rim(shared.face.nose)
    let eyeRight = rim(shared.face.eyeRight)
    let eyeLeft = rim(shared.face.eyeLeft)
    let mouth = rim(shared.face.mouth)
    chooseTriangles(isWhole: isWhole || !target.isSmooth, nose, eyeRight, eyeLeft, mouth, width, height)
    if target.isSmooth {
      target.beginSmooth(box, width: width, height: height)
      func draw(_ features: FaceTriangles.Part, in part: PixelBox?) {
        guard let part else { return }
        target.beginSmooth(part, of: box)
        drawFeatures(features, pose, first, second)
      }
      draw(.whole, in: whole)
      draw(.nose, in: nose)
      draw(.eyeRight, in: eyeRight)
      draw(.eyeLeft, in: eyeLeft)
      draw(.mouth, in: mouth)
      target.endSmooth()
    }
    target.beginPatch(box, width: width, height: height)
    if !isWhole { drawFeatures(target.isSmooth ? .skin : .whole, pose, first, second) }
    target.copySmooth(whole, of: box)
    // What lies in two of them is whole in the later one: nothing of the mouth is drawn with the nose.
    target.copySmooth(nose, of: box)
    target.copySmooth(eyeRight, of: box)
    target.copySmooth(eyeLeft, of: box)
    target.copySmooth(mouth, of: box)
    glesEnable(GLES_BLEND)
    return box
  }

  /// Leaves out what lies outside the smooth parts where they are drawn, and what they will hide where the rest is.
  private func chooseTriangles(
    isWhole: Bool, _ nose: PixelBox?, _ eyeRight: PixelBox?, _ eyeLeft: PixelBox?, _ mouth: PixelBox?, _ width: Int,
    _ height: Int
  ) {
    let seen = shared.seen
    let places = deformer.places
    seen.begin()
    if isWhole {
      seen.chooseAll(of: .whole)
    } else {
      // A pixel's samples lie round its middle.
      func outer(_ part: PixelBox?) -> ViewportBox { ViewportBox(part, width, height, margin: 1) }
      func inner(_ part: PixelBox?) -> ViewportBox { ViewportBox(part, width, height, margin: -1) }
      seen.choose(.nose, places, touching: outer(nose))
      seen.choose(.eyeRight, places, touching: outer(eyeRight))
      seen.choose(.eyeLeft, places, touching: outer(eyeLeft))
      seen.choose(.mouth, places, touching: outer(mouth))
      seen.choose(.skin, places, notWithin: inner(nose), inner(eyeRight), inner(eyeLeft), inner(mouth))
    }
    VertexBuffer.update(shared.triangles, seen.indices, first: shared.firstFace)
  }

  /// Beyond this angle, radians, a cheek or the nose ends within the face, and all of it has to be smooth.
  private static let turned: Float = 0.07

  private func drawFeatures(
    _ part: FaceTriangles.Part, _ pose: Pose, _ first: AvatarDrawing, _ second: AvatarDrawing?
  ) {
    if part == .eyeRight || part == .whole { drawEye(isLeft: false, pose, first, second) }
    if part == .eyeLeft || part == .whole { drawEye(isLeft: true, pose, first, second) }
    glesEnable(GLES_DEPTH_TEST)
    glesEnable(GLES_CULL_FACE)
    let faceArray = pose.photoExpression >= 1 ? first.photoFaceArray : first.faceArray
    glesBindVertexArray(second == nil ? faceArray : mixFaceArray)
    drawFace(part, pose, first, second)
    // After the face, which hides most of it.
    if part == .mouth || part == .whole { drawMouth(pose, first, second) }
    glesBindVertexArray(0)
    glesDisable(GLES_DEPTH_TEST)
    glesDisable(GLES_CULL_FACE)
  }

  /// Lays what `drawPatch` has drawn over the output.
  private func layPatch(_ box: PixelBox) {
    let patch = target.patch(box)
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
  /// - Parameter readsBack: makes the mipmaps here and not in the driver.
  func join(_ pair: AvatarDrawing.Pair, readsBack: Bool) {
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
    let pixels = readsBack ? read(width: width, height: height) : nil
    glesFramebufferTexture2D(GLES_FRAMEBUFFER, GLES_COLOR_ATTACHMENT0, GLES_TEXTURE_2D, 0, 0)
    glesBindFramebuffer(GLES_FRAMEBUFFER, output)
    pair.joined.filled(width: width, height: height, pixels)
    Texture.empty(pair.colour)
    Texture.empty(pair.alpha)
  }

  /// The pixels of the framebuffer that is bound, as a texture has them.
  func read(width: Int, height: Int) -> PixelBuffer {
    var pixels = PixelBuffer(width: width, height: height, channels: 4)
    glesPixelStorei(GLES_PACK_ALIGNMENT, 1)
    pixels.data.withUnsafeMutableBytes {
      glesReadPixels(
        0, 0, Int32(width), Int32(height), GLES_RGBA, GLES_UNSIGNED_BYTE, $0.baseAddress!, Int32($0.count))
    }
    return pixels
  }

  /// Fills the output with what is behind the person.
  private func drawBackground(
    _ first: AvatarDrawing?, _ second: AvatarDrawing?, _ t: Float, _ width: Int, _ height: Int, _ framing: Framing
  ) {
    switch background {
    case .transparent: clear(SIMD4(0, 0, 0, 0))
    case .colour(let colour): clear(SIMD4(colour, 1))
    case .picture:
      guard picture.size.x > 0 else { return clear(SIMD4(0, 0, 0, 0)) }
      let shown = min(1, Float(width) / Float(height) * picture.size.y / picture.size.x)
      let tall = min(1, Float(height) / Float(width) * picture.size.x / picture.size.y)
      let part = SIMD4(0.5 - 0.5 * shown, 0.5 + 0.5 * tall, shown, -tall)
      drawBackdrop(Backdrop(picture: picture.texture, part: part, width: width, height: height)) {
        picture.bind(unit: 0, shown: Float(width) / shown)
      }
    case .photo:
      if let first, first.hasBackground {
        let part = surroundings(first, width, height, framing)
        drawBackdrop(Backdrop(picture: first.background.texture, part: part, width: width, height: height)) {
          first.bindBackground(unit: 0)
        }
      } else {
        clear(SIMD4(0, 0, 0, 0))
      }
      if let second, second.hasBackground {
        second.bindBackground(unit: 0)
        drawPicture(surroundings(second, width, height, framing), opacity: t)
      }
    }
  }

  private func clear(_ colour: SIMD4<Float>) {
    glesClearColor(colour.x, colour.y, colour.z, colour.w)
    glesClear(GLES_COLOR_BUFFER_BIT)
  }

  private func drawBackdrop(_ contents: Backdrop, bind: () -> Void) {
    if target.beginBackdrop(contents) {
      bind()
      drawPicture(contents.part, opacity: 1)
    }
    beginOutput(contents.width, contents.height)
    target.copyBackdrop(contents)
    beginOutput(contents.width, contents.height)
  }

  /// The part of the photo that the frame shows, see `Backdrop.part`.
  private func surroundings(_ drawing: AvatarDrawing, _ width: Int, _ height: Int, _ framing: Framing) -> SIMD4<Float> {
    let window = drawing.portrait.window(framing, width: width, height: height)
    let size = drawing.camera.photoSize
    return SIMD4(window.x / size.x, (window.y + window.w) / size.y, window.z / size.x, -window.w / size.y)
  }

  private func drawPicture(_ part: SIMD4<Float>, opacity: Float) {
    uniforms[2] = part
    uniforms[3] = SIMD4(opacity, 0, 0, 0)
    drawFlat(shared.picture)
  }
}
