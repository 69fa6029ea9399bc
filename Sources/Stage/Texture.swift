import CGLES
import Pixels

/// An OpenGL texture.
enum Texture {
  /// A new texture of one transparent pixel, filtered linearly, clamped at its edge.
  static func make() -> UInt32 {
    let texture = glesCreateTexture()
    empty(texture)
    glesTexParameteri(GLES_TEXTURE_2D, GLES_TEXTURE_MIN_FILTER, GLES_LINEAR)
    glesTexParameteri(GLES_TEXTURE_2D, GLES_TEXTURE_MAG_FILTER, GLES_LINEAR)
    glesTexParameteri(GLES_TEXTURE_2D, GLES_TEXTURE_WRAP_S, GLES_CLAMP_TO_EDGE)
    glesTexParameteri(GLES_TEXTURE_2D, GLES_TEXTURE_WRAP_T, GLES_CLAMP_TO_EDGE)
    return texture
  }

  /// Binds `texture` and shrinks it to one transparent pixel, which frees its memory.
  static func empty(_ texture: UInt32) {
    glesBindTexture(GLES_TEXTURE_2D, texture)
    let pixel: SIMD4<UInt8> = SIMD4(0, 0, 0, 0)
    withUnsafePointer(to: pixel) {
      glesTexImage2D(GLES_TEXTURE_2D, 0, Int32(GLES_RGBA8), 1, 1, GLES_RGBA, GLES_UNSIGNED_BYTE, $0, 4)
    }
  }

  /// Binds `texture` and gives it room for `width` x `height` RGBA pixels.
  static func allocate(_ texture: UInt32, width: Int, height: Int) {
    glesBindTexture(GLES_TEXTURE_2D, texture)
    glesTexImage2D(
      GLES_TEXTURE_2D, 0, Int32(GLES_RGBA8), Int32(width), Int32(height), GLES_RGBA, GLES_UNSIGNED_BYTE, nil, 0)
  }

  /// Binds `texture` and fills it with `pixels` (1, 3 or 4 channels).
  static func fill(_ texture: UInt32, _ pixels: PixelBuffer) {
    glesBindTexture(GLES_TEXTURE_2D, texture)
    fill(level: 0, pixels)
  }

  /// Fills a level of the texture that is bound.
  private static func fill(level: Int32, _ pixels: PixelBuffer) {
    glesPixelStorei(GLES_UNPACK_ALIGNMENT, 1)
    let format = pixels.channels == 1 ? GLES_RED : pixels.channels == 3 ? GLES_RGB : GLES_RGBA
    let kept = pixels.channels == 1 ? GLES_R8 : pixels.channels == 3 ? GLES_RGB8 : GLES_RGBA8
    pixels.data.withUnsafeBytes {
      glesTexImage2D(
        GLES_TEXTURE_2D, level, Int32(kept), Int32(pixels.width), Int32(pixels.height), format, GLES_UNSIGNED_BYTE,
        $0.baseAddress, Int32($0.count))
    }
  }

  /// Binds `texture` and gives it mipmaps, at most `levels` beyond the picture itself.
  /// - Parameter pixels: of the picture, where they are at hand.
  static func mipmap(_ texture: UInt32, levels: Int32 = 1000, _ pixels: PixelBuffer? = nil) {
    glesBindTexture(GLES_TEXTURE_2D, texture)
    glesTexParameteri(GLES_TEXTURE_2D, GLES_TEXTURE_MAX_LEVEL, levels)
    glesTexParameteri(GLES_TEXTURE_2D, GLES_TEXTURE_MIN_FILTER, GLES_LINEAR_MIPMAP_LINEAR)
    makeLevels(of: pixels, atMost: levels)
  }

  /// Makes the smaller levels of the texture that is bound, at most so many: by the driver, or of its `pixels`.
  ///
  /// Mesa's software renderer compiles anew in each process what it makes them with, which takes longer than all that a face
  /// is drawn with once its shader cache is warm.
  static func makeLevels(of pixels: PixelBuffer?, atMost levels: Int32 = 1000) {
    guard var pixels else { return glesGenerateMipmap(GLES_TEXTURE_2D) }
    var level: Int32 = 0
    while level < levels && max(pixels.width, pixels.height) > 1 {
      pixels = pixels.halved
      level += 1
      fill(level: level, pixels)
    }
  }

  static func bind(_ texture: UInt32, unit: UInt32) {
    glesActiveTexture(GLES_TEXTURE0 + unit)
    glesBindTexture(GLES_TEXTURE_2D, texture)
  }
}
