import CGLES
import Linear
import Pixels

/// A texture of which a frame shows the one mipmap level that fits the size at which it appears.
///
/// Blending two levels at every pixel, as trilinear filtering does, takes a quarter of a frame where there is no graphics
/// processor, and a face that fills its frame shows nothing more for it.
final class ScaledPicture {
  let texture: UInt32
  /// Pixels of the largest level; 0 until it is filled.
  private(set) var size = Vector2(0, 0)
  private var level: Int32 = 0

  /// Takes over `texture`.
  init(_ texture: UInt32) { self.texture = texture }

  /// The texture holds `width` x `height` pixels now: makes the smaller levels, of `pixels` where they are at hand.
  func filled(width: Int, height: Int, _ pixels: PixelBuffer?) {
    size = Vector2(Float(width), Float(height))
    glesBindTexture(GLES_TEXTURE_2D, texture)
    glesTexParameteri(GLES_TEXTURE_2D, GLES_TEXTURE_BASE_LEVEL, 0)
    Texture.makeLevels(of: pixels)
    level = 0
  }

  /// Binds the picture to `unit`, in the level for a size at which its whole width takes `width` pixels.
  func bind(unit: UInt32, shown width: Float) {
    Texture.bind(texture, unit: unit)
    let wanted = Self.level(texelsPerPixel: size.x / max(width, 1), longest: max(size.x, size.y))
    if wanted != level {
      level = wanted
      glesTexParameteri(GLES_TEXTURE_2D, GLES_TEXTURE_BASE_LEVEL, level)
    }
  }

  /// Each level has half the pixels of the one before; up to 1.6 of them fall on a pixel of the frame, so that pictures are
  /// rather sharp than soft.
  static func level(texelsPerPixel: Float, longest: Float) -> Int32 {
    var level: Int32 = 0
    var texels = texelsPerPixel
    var rest = longest
    while texels > 1.6 && rest >= 2 {
      level += 1
      texels *= 0.5
      rest *= 0.5
    }
    return level
  }

  func delete() { glesDeleteTexture(texture) }
}
