import CGLES
import Linear

/// What becomes of a whole picture before it is shown.
public struct PictureFrame: Equatable {
  /// Nothing but a circle in the middle, as large as fits, is drawn; the rest is transparent.
  public var isRound: Bool
  /// Left and right change places.
  public var isMirrored: Bool

  public init(isRound: Bool = false, isMirrored: Bool = false) {
    self.isRound = isRound
    self.isMirrored = isMirrored
  }

  var isPlain: Bool { !isRound && !isMirrored }
}

extension Stage {
  /// Lets `draw` draw a whole picture elsewhere and puts it into `output` as `frame` says.
  func drawFramed(width: Int, height: Int, _ draw: () -> Void) {
    let outside = output
    let (framebuffer, texture) = target.beginWhole(width: width, height: height)
    output = framebuffer
    draw()
    output = outside
    glesBindFramebuffer(GLES_FRAMEBUFFER, output)
    glesViewport(0, 0, Int32(width), Int32(height))
    glesDisable(GLES_BLEND)
    uniforms[2] = frame.isMirrored ? SIMD4(1, 0, -1, 1) : SIMD4(0, 0, 1, 1)
    let radius = frame.isRound ? min(width, height) / 2 : width + height
    uniforms[3] = SIMD4(Float(width) * 0.5, Float(height) * 0.5, Float(radius), 0)
    Texture.bind(texture, unit: 0)
    drawFlat(shared.framed)
  }
}
