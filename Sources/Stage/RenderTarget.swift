import CGLES

/// Where the parts of a frame are drawn before they reach the output.
///
/// The face, the eyes and the inside of the mouth need depth: they are drawn into a *patch* just as large as they are, then
/// laid over the output. Where lips and lids end, edges have to be smooth: those parts of it are drawn into a multisampled
/// picture beside it. Background and sheet, whose edges are in their
/// pictures, go to the output directly; in a morph the two sheets go into *layers* that dissolve into one another. The
/// background, which stays from frame to frame, is kept as a *backdrop* and copied: sampling it anew took a third of a
/// frame without a graphics processor.
final class RenderTarget {
  private var samples: Int32 = 0
  private var patch = Patch()
  private var layers = (Layer(), Layer())
  private var layerSize = (0, 0)
  private var backdrop = Layer()
  private var backdropContents: Backdrop?
  private var whole = Layer()
  private var wholeSize = (0, 0)

  private struct Patch {
    /// Room, pixels.
    var width = 0
    var height = 0
    var picture = Layer()
    var depth: UInt32 = 0
    /// Several samples a pixel; 0 where the device has none.
    var smooth: UInt32 = 0
    var smoothColour: UInt32 = 0
    var smoothDepth: UInt32 = 0
  }

  private struct Layer {
    var framebuffer: UInt32 = 0
    var texture: UInt32 = 0
  }

  init(samples: Int) { setSamples(samples) }

  /// Samples a pixel of the patch's smooth parts, as far as the device has them.
  func setSamples(_ count: Int) {
    let count = Int32(max(0, min(count, Int(glesGetInteger(GLES_MAX_SAMPLES)))))
    guard count != samples else { return }
    samples = count
    deletePatch()
  }

  // MARK: Patch

  /// Whether parts of the patch can be smooth.
  var isSmooth: Bool { samples > 0 }

  /// Makes room for the part `box` of a frame; false where the driver has none.
  func makePatch(_ box: PixelBox) -> Bool {
    if patch.picture.framebuffer != 0 && box.width <= patch.width && box.height <= patch.height { return true }
    // In steps, so that a moving head does not mean a new patch every frame.
    let roomX = max(patch.width, (box.width + 63) & ~63)
    let roomY = max(patch.height, (box.height + 63) & ~63)
    deletePatch()
    patch.width = roomX
    patch.height = roomY
    patch.picture = Self.layer(roomX, roomY)
    patch.depth = attach(GLES_DEPTH_COMPONENT24, GLES_DEPTH_ATTACHMENT, samples: 0)
    var isComplete = glesCheckFramebufferStatus(GLES_FRAMEBUFFER) == GLES_FRAMEBUFFER_COMPLETE
    if isSmooth {
      patch.smooth = glesCreateFramebuffer()
      glesBindFramebuffer(GLES_FRAMEBUFFER, patch.smooth)
      patch.smoothColour = attach(GLES_RGBA8, GLES_COLOR_ATTACHMENT0, samples: samples)
      patch.smoothDepth = attach(GLES_DEPTH_COMPONENT24, GLES_DEPTH_ATTACHMENT, samples: samples)
      isComplete = isComplete && glesCheckFramebufferStatus(GLES_FRAMEBUFFER) == GLES_FRAMEBUFFER_COMPLETE
    }
    if !isComplete { deletePatch() }
    return isComplete
  }

  private func attach(_ format: UInt32, _ attachment: UInt32, samples: Int32) -> UInt32 {
    let buffer = glesCreateRenderbuffer()
    glesBindRenderbuffer(GLES_RENDERBUFFER, buffer)
    glesRenderbufferStorageMultisample(
      GLES_RENDERBUFFER, samples, format, Int32(patch.width), Int32(patch.height))
    glesFramebufferRenderbuffer(GLES_FRAMEBUFFER, attachment, GLES_RENDERBUFFER, buffer)
    return buffer
  }

  /// What is drawn as if onto a frame of `width` x `height` pixels lands in smooth parts of the patch for its part `box`.
  func beginSmooth(_ box: PixelBox, width: Int, height: Int) {
    glesBindFramebuffer(GLES_FRAMEBUFFER, patch.smooth)
    glesViewport(Int32(-box.x), Int32(-box.y), Int32(width), Int32(height))
    glesClearColor(0, 0, 0, 0)
    glesEnable(GLES_SCISSOR_TEST)
  }

  /// Empties the smooth `part` of the patch for `box`; what follows lands there.
  func beginSmooth(_ part: PixelBox, of box: PixelBox) {
    glesScissor(Int32(part.x - box.x), Int32(part.y - box.y), Int32(part.width), Int32(part.height))
    glesClear(GLES_COLOR_BUFFER_BIT | GLES_DEPTH_BUFFER_BIT)
  }

  func endSmooth() {
    glesDisable(GLES_SCISSOR_TEST)
    glesInvalidateFramebuffer(GLES_FRAMEBUFFER, GLES_DEPTH_ATTACHMENT)
  }

  /// Binds the empty patch for the part `box` of a frame of `width` x `height` pixels; what is then drawn as if onto the
  /// frame lands there.
  func beginPatch(_ box: PixelBox, width: Int, height: Int) {
    glesBindFramebuffer(GLES_FRAMEBUFFER, patch.picture.framebuffer)
    glesViewport(Int32(-box.x), Int32(-box.y), Int32(width), Int32(height))
    glesClearColor(0, 0, 0, 0)
    glesClear(GLES_COLOR_BUFFER_BIT | GLES_DEPTH_BUFFER_BIT)
  }

  /// Puts a smooth part in the place of what the patch has there.
  func copySmooth(_ part: PixelBox?, of box: PixelBox) {
    guard let part else { return }
    let x = Int32(part.x - box.x)
    let y = Int32(part.y - box.y)
    let right = x + Int32(part.width)
    let top = y + Int32(part.height)
    glesBindFramebuffer(GLES_READ_FRAMEBUFFER, patch.smooth)
    glesBlitFramebuffer(x, y, right, top, x, y, right, top, GLES_COLOR_BUFFER_BIT, UInt32(GLES_NEAREST))
  }

  /// The texture that holds the patch, and how much of it is used, 0...1.
  func patch(_ box: PixelBox) -> (texture: UInt32, width: Float, height: Float) {
    (patch.picture.texture, Float(box.width) / Float(patch.width), Float(box.height) / Float(patch.height))
  }

  // MARK: Layers

  /// Binds layer 0 or 1, empty, `width` x `height` pixels.
  /// - Returns: its texture.
  func beginLayer(_ number: Int, width: Int, height: Int) -> UInt32 {
    if layerSize != (width, height) || layers.0.framebuffer == 0 {
      deleteLayers()
      layers = (Self.layer(width, height), Self.layer(width, height))
      layerSize = (width, height)
    }
    let layer = number == 0 ? layers.0 : layers.1
    glesBindFramebuffer(GLES_FRAMEBUFFER, layer.framebuffer)
    glesViewport(0, 0, Int32(width), Int32(height))
    glesClearColor(0, 0, 0, 0)
    glesClear(GLES_COLOR_BUFFER_BIT)
    return layer.texture
  }

  // MARK: Whole

  /// Room for a whole picture that something is still to be done with.
  func beginWhole(width: Int, height: Int) -> (framebuffer: UInt32, texture: UInt32) {
    if wholeSize != (width, height) || whole.framebuffer == 0 {
      Self.delete(whole)
      whole = Self.layer(width, height)
      wholeSize = (width, height)
    }
    return (whole.framebuffer, whole.texture)
  }

  // MARK: Backdrop

  /// Binds the backdrop to be drawn, unless it shows `contents` already.
  /// - Returns: whether it has to be drawn.
  func beginBackdrop(_ contents: Backdrop) -> Bool {
    guard contents != backdropContents else { return false }
    if backdropContents?.width != contents.width || backdropContents?.height != contents.height {
      Self.delete(backdrop)
      backdrop = Self.layer(contents.width, contents.height)
    }
    backdropContents = contents
    glesBindFramebuffer(GLES_FRAMEBUFFER, backdrop.framebuffer)
    glesViewport(0, 0, Int32(contents.width), Int32(contents.height))
    return true
  }

  /// Fills the framebuffer that is bound with it, pixel by pixel.
  func copyBackdrop(_ contents: Backdrop) {
    let w = Int32(contents.width)
    let h = Int32(contents.height)
    glesBindFramebuffer(GLES_READ_FRAMEBUFFER, backdrop.framebuffer)
    glesBlitFramebuffer(0, 0, w, h, 0, 0, w, h, GLES_COLOR_BUFFER_BIT, UInt32(GLES_NEAREST))
  }

  /// Pictures have changed: the backdrop has to be drawn anew.
  func forgetBackdrop() {
    Self.delete(backdrop)
    backdrop = Layer()
    backdropContents = nil
  }

  private static func layer(_ width: Int, _ height: Int) -> Layer {
    let texture = Texture.make()
    Texture.allocate(texture, width: width, height: height)
    glesTexParameteri(GLES_TEXTURE_2D, GLES_TEXTURE_MIN_FILTER, GLES_NEAREST)
    glesTexParameteri(GLES_TEXTURE_2D, GLES_TEXTURE_MAG_FILTER, GLES_NEAREST)
    let framebuffer = glesCreateFramebuffer()
    glesBindFramebuffer(GLES_FRAMEBUFFER, framebuffer)
    glesFramebufferTexture2D(GLES_FRAMEBUFFER, GLES_COLOR_ATTACHMENT0, GLES_TEXTURE_2D, texture, 0)
    return Layer(framebuffer: framebuffer, texture: texture)
  }

  // MARK: The end

  private static func delete(_ layer: Layer) {
    if layer.framebuffer != 0 { glesDeleteFramebuffer(layer.framebuffer) }
    if layer.texture != 0 { glesDeleteTexture(layer.texture) }
  }

  private func deletePatch() {
    if patch.smooth != 0 { glesDeleteFramebuffer(patch.smooth) }
    for buffer in [patch.depth, patch.smoothColour, patch.smoothDepth] where buffer != 0 {
      glesDeleteRenderbuffer(buffer)
    }
    Self.delete(patch.picture)
    patch = Patch()
  }

  private func deleteLayers() {
    Self.delete(layers.0)
    Self.delete(layers.1)
    layers = (Layer(), Layer())
  }

  func delete() {
    deletePatch()
    deleteLayers()
    forgetBackdrop()
    Self.delete(whole)
    whole = Layer()
  }

  /// The context is gone, and all its objects with it.
  func forget() {
    patch = Patch()
    layers = (Layer(), Layer())
    backdrop = Layer()
    backdropContents = nil
    whole = Layer()
  }
}

/// What a backdrop shows.
struct Backdrop: Equatable {
  /// The picture's texture.
  var picture: UInt32
  /// The part of it that fills the frame: left, top, width, height, 0...1 (y up where the height is negative).
  var part: SIMD4<Float>
  /// Pixels.
  var width: Int
  var height: Int
}

/// A rectangle of a frame's pixels, y up.
struct PixelBox {
  var x: Int
  var y: Int
  var width: Int
  var height: Int

  /// What of it lies in `other`, too; nil where nothing does.
  func common(with other: PixelBox) -> PixelBox? {
    let left = max(x, other.x)
    let bottom = max(y, other.y)
    let right = min(x + width, other.x + other.width)
    let top = min(y + height, other.y + other.height)
    guard left < right, bottom < top else { return nil }
    return PixelBox(x: left, y: bottom, width: right - left, height: top - bottom)
  }
}
