import CGLES

/// What a frame is drawn into before it goes to the output: smooth edges by multisampling where the device has it,
/// with depth; and two flat layers in which the sheets of a morph are drawn before they dissolve.
final class RenderTarget {
  private(set) var width = 0
  private(set) var height = 0
  private let samples: Int32
  private var framebuffer: UInt32 = 0
  private var colour: UInt32 = 0
  private var depth: UInt32 = 0
  private var layers: (framebuffer: UInt32, texture: UInt32, framebuffer2: UInt32, texture2: UInt32)?

  init(samples: Int) {
    self.samples = Int32(min(samples, Int(glesGetInteger(GLES_MAX_SAMPLES))))
  }

  /// Binds the target at this size. False where the driver has no room for it.
  func begin(width: Int, height: Int) -> Bool {
    if width != self.width || height != self.height || framebuffer == 0 {
      delete()
      self.width = width
      self.height = height
      framebuffer = glesCreateFramebuffer()
      glesBindFramebuffer(GLES_FRAMEBUFFER, framebuffer)
      colour = attach(GLES_RGBA8, GLES_COLOR_ATTACHMENT0)
      depth = attach(GLES_DEPTH_COMPONENT24, GLES_DEPTH_ATTACHMENT)
      guard glesCheckFramebufferStatus(GLES_FRAMEBUFFER) == GLES_FRAMEBUFFER_COMPLETE else {
        delete()
        return false
      }
    }
    glesBindFramebuffer(GLES_FRAMEBUFFER, framebuffer)
    glesViewport(0, 0, Int32(width), Int32(height))
    return true
  }

  private func attach(_ format: UInt32, _ attachment: UInt32) -> UInt32 {
    let buffer = glesCreateRenderbuffer()
    glesBindRenderbuffer(GLES_RENDERBUFFER, buffer)
    glesRenderbufferStorageMultisample(GLES_RENDERBUFFER, samples, format, Int32(width), Int32(height))
    glesFramebufferRenderbuffer(GLES_FRAMEBUFFER, attachment, GLES_RENDERBUFFER, buffer)
    return buffer
  }

  /// Binds flat layer 0 or 1, cleared, at the size of the target; its texture goes into the dissolve.
  func beginLayer(_ number: Int) -> UInt32 {
    if layers == nil {
      let first = Self.layer(width, height)
      let second = Self.layer(width, height)
      layers = (first.0, first.1, second.0, second.1)
    }
    guard let layers else { return 0 }
    glesBindFramebuffer(GLES_FRAMEBUFFER, number == 0 ? layers.framebuffer : layers.framebuffer2)
    glesViewport(0, 0, Int32(width), Int32(height))
    glesClearColor(0, 0, 0, 0)
    glesClear(GLES_COLOR_BUFFER_BIT)
    return number == 0 ? layers.texture : layers.texture2
  }

  private static func layer(_ width: Int, _ height: Int) -> (UInt32, UInt32) {
    let texture = Texture.make()
    Texture.allocate(texture, width: width, height: height)
    let framebuffer = glesCreateFramebuffer()
    glesBindFramebuffer(GLES_FRAMEBUFFER, framebuffer)
    glesFramebufferTexture2D(GLES_FRAMEBUFFER, GLES_COLOR_ATTACHMENT0, GLES_TEXTURE_2D, texture, 0)
    return (framebuffer, texture)
  }

  /// Resolves the samples into `output` (0: the canvas).
  func finish(into output: UInt32) {
    glesBindFramebuffer(GLES_READ_FRAMEBUFFER, framebuffer)
    glesBindFramebuffer(GLES_DRAW_FRAMEBUFFER, output)
    let w = Int32(width)
    let h = Int32(height)
    glesBlitFramebuffer(0, 0, w, h, 0, 0, w, h, GLES_COLOR_BUFFER_BIT, UInt32(GLES_NEAREST))
    glesInvalidateFramebuffer(GLES_READ_FRAMEBUFFER, GLES_DEPTH_ATTACHMENT)
    glesBindFramebuffer(GLES_FRAMEBUFFER, output)
  }

  func delete() {
    if framebuffer != 0 { glesDeleteFramebuffer(framebuffer) }
    if colour != 0 { glesDeleteRenderbuffer(colour) }
    if depth != 0 { glesDeleteRenderbuffer(depth) }
    if let layers {
      glesDeleteFramebuffer(layers.framebuffer)
      glesDeleteFramebuffer(layers.framebuffer2)
      glesDeleteTexture(layers.texture)
      glesDeleteTexture(layers.texture2)
    }
    forget()
  }

  /// The context is gone, and all its objects with it.
  func forget() {
    framebuffer = 0
    colour = 0
    depth = 0
    layers = nil
  }
}
