import CVips
import Pixels

/// One picture file as everything behind it wants it: RGB, sRGB-encoded, 8 bits, upright, not larger than needed.
///
/// JPEG, PNG, WebP, HEIC, AVIF, TIFF and GIF (the first picture of several); any colour space libvips knows, through
/// the embedded profile; 16 bits, greyscale, palettes; EXIF orientation applied; transparency laid over white.
public struct Photo: Sendable {
  /// RGB, at most `longSide` pixels on its longer side.
  public let pixels: PixelBuffer
  /// Size of the upright picture in the file, pixels.
  public let originalWidth: Int
  public let originalHeight: Int

  /// Held against the file's header before any memory is asked for.
  public enum Limits {
    public static let megapixels = 100
    public static let side = 20_000
    public static let megabytes = 50
  }

  /// Longer side of a portrait that creation works with, and of further photos and backgrounds.
  public static let longSide = 3072
  public static let otherLongSide = 2048

  /// Reads a file.
  public init(path: String, longSide: Int = Photo.longSide) throws(PhotoError) {
    let bytes: [UInt8]
    do {
      bytes = try FileBytes.read(path, limit: Limits.megabytes * 1_000_000)
    } catch {
      switch error {
      case .system(let path, let reason): throw .file(path: path, reason: reason)
      case .tooLarge: throw .tooManyBytes
      }
    }
    try self.init(bytes: bytes, longSide: longSide)
  }

  /// Reads a complete picture file that is in memory.
  public init(bytes: [UInt8], longSide: Int = Photo.longSide) throws(PhotoError) {
    guard let format = PictureFormat(bytes) else { throw .unreadable }
    guard bytes.count <= Limits.megabytes * 1_000_000 else { throw .tooManyBytes }
    self = try bytes.withUnsafeBufferPointer { (raw) throws(PhotoError) -> Photo in
      try Photo(decoding: UnsafeRawBufferPointer(raw), format, longSide: longSide)
    }
  }

  /// Whether a file that begins like this (16 bytes are enough) is a picture of a format that is taken.
  public static func isPicture(_ beginning: [UInt8]) -> Bool { PictureFormat(beginning) != nil }

  /// The pixels alone.
  public static func decode(path: String) throws(PhotoError) -> PixelBuffer {
    try Photo(path: path).pixels
  }

  private init(decoding bytes: UnsafeRawBufferPointer, _ format: PictureFormat, longSide: Int)
    throws(PhotoError)
  {
    var picture = try VipsPicture.open(bytes, format)
    let (width, height) = (picture.width, picture.height)
    guard width > 0, height > 0 else { throw .unreadable }
    guard max(width, height) <= Limits.side, width * height <= Limits.megapixels * 1_000_000 else {
      throw .tooManyPixels(width: width, height: height)
    }

    let long = max(width, height)
    let target = min(long, max(longSide, 1))
    if format == .jpeg, long >= 2 * target {
      // The decoder itself halves up to three times, which costs a fraction of decoding everything.
      picture = try VipsPicture.open(bytes, format, shrink: long >= 8 * target ? 8 : long >= 4 * target ? 4 : 2)
    }
    if picture.image.pointee.Coding != VIPS_CODING_NONE { picture = try picture.then(cvips_decode) }
    if vips_image_hasalpha(picture.image) != 0 {
      let white = picture.whiteValue
      picture = try picture.then { cvips_flatten($0, white) }
    }
    if long > target {
      let x = Double(max(1, (width * target + long / 2) / long)) / Double(picture.width)
      let y = Double(max(1, (height * target + long / 2) / long)) / Double(picture.height)
      picture = try picture.then { cvips_resize($0, x, y) }
    }
    // Rotation asks for rows in any order, which a file that is read once cannot give.
    picture = try picture.then(cvips_in_memory).toSRGB().then(cvips_autorotate).toRGB()
    pixels = try picture.pixels()
    let turned = long > target ? (pixels.width > pixels.height) != (width > height) : pixels.width != width
    (originalWidth, originalHeight) = turned ? (height, width) : (width, height)
  }
}
