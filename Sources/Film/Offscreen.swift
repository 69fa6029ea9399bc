import Avatar
import CGLES
import Head
import Pixels
import Stage

/// A stage without a window: poses become pictures in memory. Used by one thread at a time; the one that had it before
/// releases it.
public final class Offscreen {
  private let context: OffscreenContext
  /// Nil only while the end is near: the stage must go while its context is still there.
  private var held: Stage?
  /// The stage, with its context made current.
  public var stage: Stage {
    context.makeCurrent()
    return held!
  }
  private var framebuffer: UInt32 = 0
  private var renderbuffer: UInt32 = 0
  private var size = (0, 0)

  /// - Parameter samples: samples a pixel for smooth edges.
  /// - Throws: `noGraphics` or `stage` where nothing can draw.
  public convenience init(rig: Rig, samples: Int = 4) throws(FilmError) {
    try self.init(OffscreenContext(), rig: rig, samples: samples)
  }

  private init(_ context: OffscreenContext, rig: Rig, samples: Int) throws(FilmError) {
    self.context = context
    context.makeCurrent()
    do throws(StageError) { held = try Stage(rig: rig, samples: samples) } catch { throw .stage(error) }
  }

  /// Stages that draw alike and at the same time, as many as are of use: at most `most`.
  public static func several(rig: Rig, samples: Int = 4) throws(FilmError) -> [Offscreen] {
    var stages: [Offscreen] = []
    for context in try OffscreenContext.several() { stages.append(try Offscreen(context, rig: rig, samples: samples)) }
    return stages
  }

  static let most = OffscreenContext.most

  /// Leaves the stage to another thread.
  func release() { context.release() }

  deinit {
    context.makeCurrent()
    held = nil
    if framebuffer != 0 {
      glesDeleteFramebuffer(framebuffer)
      glesDeleteRenderbuffer(renderbuffer)
    }
  }

  /// Draws `pose` and returns it as RGBA with straight alpha, top row first.
  public func render(
    _ pose: Pose, mix: Mix = .none, framing: Framing = .photo, width: Int, height: Int
  ) throws(FilmError) -> PixelBuffer {
    guard width > 0, height > 0 else { throw .badSize }
    var picture = PixelBuffer(width: width, height: height, channels: 4)
    try render(pose, mix: mix, framing: framing, into: &picture)
    return picture
  }

  /// Draws `pose` into `picture` (4 channels, its own size): RGBA, straight alpha, top row first.
  public func render(
    _ pose: Pose, mix: Mix = .none, framing: Framing = .photo, into picture: inout PixelBuffer
  ) throws(FilmError) {
    guard picture.channels == 4 else { throw .badSize }
    try draw(pose, mix: mix, framing: framing, width: picture.width, height: picture.height)
    picture.data.withUnsafeMutableBytes { bytes in
      read(into: bytes)
      Self.flip(bytes, rowBytes: picture.width * 4)
      if stage.isTranslucent { Self.straighten(bytes) }
    }
  }

  /// Draws `pose` into a framebuffer, to be fetched by `read`.
  func draw(_ pose: Pose, mix: Mix, framing: Framing, width: Int, height: Int) throws(FilmError) {
    guard width > 0, height > 0, width <= Stage.largestSize, height <= Stage.largestSize else { throw .badSize }
    context.makeCurrent()
    if (width, height) != size { try resize(width, height) }
    stage.output = framebuffer
    stage.draw(pose, mix: mix, framing: framing, width: width, height: height)
  }

  private func resize(_ width: Int, _ height: Int) throws(FilmError) {
    if framebuffer == 0 {
      framebuffer = glesCreateFramebuffer()
      renderbuffer = glesCreateRenderbuffer()
    }
    glesBindFramebuffer(GLES_FRAMEBUFFER, framebuffer)
    glesBindRenderbuffer(GLES_RENDERBUFFER, renderbuffer)
    glesRenderbufferStorageMultisample(GLES_RENDERBUFFER, 0, GLES_RGBA8, Int32(width), Int32(height))
    glesFramebufferRenderbuffer(GLES_FRAMEBUFFER, GLES_COLOR_ATTACHMENT0, GLES_RENDERBUFFER, renderbuffer)
    guard glesCheckFramebufferStatus(GLES_FRAMEBUFFER) == GLES_FRAMEBUFFER_COMPLETE else { throw .badSize }
    size = (width, height)
  }

  /// The drawn pixels as they are: RGBA, premultiplied, bottom row first.
  func read(into bytes: UnsafeMutableRawBufferPointer) {
    context.makeCurrent()
    glesBindFramebuffer(GLES_FRAMEBUFFER, framebuffer)
    glesPixelStorei(GLES_PACK_ALIGNMENT, 1)
    glesReadPixels(
      0, 0, Int32(size.0), Int32(size.1), GLES_RGBA, GLES_UNSIGNED_BYTE, bytes.baseAddress!, Int32(bytes.count))
  }

  /// The drawn pixels as they are, into a part of a larger picture of `stride` pixels a row, `x` pixels from its left and
  /// `y` from its bottom.
  func read(into bytes: UnsafeMutableRawBufferPointer, x: Int, y: Int, stride: Int) {
    let start = (y * stride + x) * 4
    precondition(start + ((size.1 - 1) * stride + size.0) * 4 <= bytes.count)
    context.makeCurrent()
    glesPixelStorei(GLES_PACK_ROW_LENGTH, Int32(stride))
    read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[start...]))
    glesPixelStorei(GLES_PACK_ROW_LENGTH, 0)
  }

  private static func flip(_ bytes: UnsafeMutableRawBufferPointer, rowBytes: Int) {
    let rows = bytes.count / rowBytes
    withUnsafeTemporaryAllocation(byteCount: rowBytes, alignment: 16) { row in
      for y in 0..<rows / 2 {
        let top = UnsafeMutableRawBufferPointer(rebasing: bytes[y * rowBytes..<(y + 1) * rowBytes])
        let bottom = UnsafeMutableRawBufferPointer(rebasing: bytes[(rows - 1 - y) * rowBytes..<(rows - y) * rowBytes])
        row.copyMemory(from: UnsafeRawBufferPointer(top))
        top.copyMemory(from: UnsafeRawBufferPointer(bottom))
        bottom.copyMemory(from: UnsafeRawBufferPointer(row))
      }
    }
  }

  /// Premultiplied to straight alpha.
  private static func straighten(_ bytes: UnsafeMutableRawBufferPointer) {
    var i = 0
    while i < bytes.count {
      let alpha = Int(bytes[i + 3])
      if alpha > 0 && alpha < 255 {
        for k in i..<i + 3 { bytes[k] = UInt8(min(255, (Int(bytes[k]) * 255 + alpha / 2) / alpha)) }
      }
      i += 4
    }
  }
}
