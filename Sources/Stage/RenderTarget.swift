import CGLES

/// Where the parts of a frame are drawn before they reach the output.
///
/// The face, the eyes and the inside of the mouth need smooth edges and depth: they are drawn into a multisampled
/// *patch* just as large as they are, then laid over the output. Background and sheet, whose edges are in their
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
    var framebuffer: UInt32 = 0
    var colour: UInt32 = 0
    var depth: UInt32 = 0
    var resolved = Layer()
  }

  private struct Layer {
    var framebuffer: UInt32 = 0
    var texture: UInt32 = 0
  }

  init(samples: Int) { setSamples(samples) }

  /// Samples a pixel of the patch, as far as the device has them.
  func setSamples(_ count: Int) {
    let count = Int32(max(0, min(count, Int(glesGetInteger(GLES_MAX_SAMPLES)))))
    guard count != samples else { return }
    samples = count
    deletePatch()
  }

  // MARK: Patch

  /// Binds an empty patch for the part `box` of a frame of `width` x `height` pixels; what is then drawn as if onto the
  /// frame lands there. False where the driver has no room.
  func beginPatch(_ box: PixelBox, width: Int, height: Int) -> Bool {
    if patch.framebuffer == 0 || box.width > patch.width || box.height > patch.height {
      // In steps, so that a moving head does not mean a new patch every frame.
      let roomX = max(patch.width, (box.width + 63) & ~63)
      let roomY = max(patch.height, (box.height + 63) & ~63)
      deletePatch()
      patch.width = roomX
      patch.height = roomY
      patch.resolved = Self.layer(roomX, roomY)
      if samples > 0 {
        patch.framebuffer = glesCreateFramebuffer()
        glesBindFramebuffer(GLES_FRAMEBUFFER, patch.framebuffer)
        patch.colour = attach(GLES_RGBA8, GLES_COLOR_ATTACHMENT0)
      } else {
        patch.framebuffer = patch.resolved.framebuffer
      }
      patch.depth = attach(GLES_DEPTH_COMPONENT24, GLES_DEPTH_ATTACHMENT)
      guard glesCheckFramebufferStatus(GLES_FRAMEBUFFER) == GLES_FRAMEBUFFER_COMPLETE else {
        deletePatch()
        return false
      }
    }
    glesBindFramebuffer(GLES_FRAMEBUFFER, patch.framebuffer)
    glesViewport(Int32(-box.x), Int32(-box.y), Int32(width), Int32(height))
    glesClearColor(0, 0, 0, 0)
    glesClear(GLES_COLOR_BUFFER_BIT | GLES_DEPTH_BUFFER_BIT)
    return true
  }

  private func attach(_ format: UInt32, _ attachment: UInt32) -> UInt32 {
    let buffer = glesCreateRenderbuffer()
    glesBindRenderbuffer(GLES_RENDERBUFFER, buffer)
    glesRenderbufferStorageMultisample(
      GLES_RENDERBUFFER, samples, format, Int32(patch.width), Int32(patch.height))
    glesFramebufferRenderbuffer(GLES_FRAMEBUFFER, attachment, GLES_RENDERBUFFER, buffer)
    return buffer
  }

  /// Resolves the patch's samples, where there are several a pixel.
  /// - Returns: the texture that then holds it, and how much of it is used, 0...1.
  func endPatch(_ box: PixelBox) -> (texture: UInt32, width: Float, height: Float) {
    if patch.framebuffer != patch.resolved.framebuffer {
      glesBindFramebuffer(GLES_READ_FRAMEBUFFER, patch.framebuffer)
      glesBindFramebuffer(GLES_DRAW_FRAMEBUFFER, patch.resolved.framebuffer)
      let w = Int32(box.width)
      let h = Int32(box.height)
      glesBlitFramebuffer(0, 0, w, h, 0, 0, w, h, GLES_COLOR_BUFFER_BIT, UInt32(GLES_NEAREST))
    }
    glesInvalidateFramebuffer(GLES_READ_FRAMEBUFFER, GLES_DEPTH_ATTACHMENT)
    return (patch.resolved.texture, Float(box.width) / Float(patch.width), Float(box.height) / Float(patch.height))
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

  /// The texture that holds it, pixel by pixel the frame's.
  var backdropTexture: UInt32 { backdrop.texture }

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
    if patch.framebuffer != 0 && patch.framebuffer != patch.resolved.framebuffer {
      glesDeleteFramebuffer(patch.framebuffer)
    }
    if patch.colour != 0 { glesDeleteRenderbuffer(patch.colour) }
    if patch.depth != 0 { glesDeleteRenderbuffer(patch.depth) }
    Self.delete(patch.resolved)
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
}
