import CVips
import Pixels

extension Photo {
  /// A JPEG file of a grey or RGB picture, without metadata. `quality` is 1...100; from 90 on, colour is stored at full
  /// resolution.
  public static func encodeJPEG(_ picture: PixelBuffer, quality: Int) throws(PhotoError) -> [UInt8] {
    precondition(picture.channels == 1 || picture.channels == 3, "JPEG has no alpha")
    return try encode(picture) { cvips_save_jpeg($0, Int32(min(max(quality, 1), 100)), $1) }
  }

  /// A PNG file of a grey, RGB or straight RGBA picture.
  public static func encodePNG(_ picture: PixelBuffer) throws(PhotoError) -> [UInt8] {
    // Level 3 is a third of level 6's time for a few percent of bytes.
    try encode(picture) { cvips_save_png($0, 3, $1) }
  }

  /// Decodes a JPEG that our own encoder made, out of an avatar from anywhere: grey stays one channel, colour becomes
  /// RGB; other sizes than 1...`longest` a side are refused before decoding.
  public static func decodeJPEG(_ bytes: [UInt8], longest: Int = 8192) throws(PhotoError) -> PixelBuffer {
    guard PictureFormat(bytes) == .jpeg else { throw .unreadable }
    return try bytes.withUnsafeBufferPointer { (raw) throws(PhotoError) -> PixelBuffer in
      let picture = try VipsPicture.open(UnsafeRawBufferPointer(raw), .jpeg)
      guard picture.width > 0, picture.height > 0, picture.bands == 1 || picture.bands == 3 else { throw .unreadable }
      guard picture.width <= longest, picture.height <= longest else {
        throw .tooManyPixels(width: picture.width, height: picture.height)
      }
      return try picture.pixels()
    }
  }

  /// The picture at another size (Lanczos); alpha, where there is one, must be straight.
  public static func resized(_ picture: PixelBuffer, width: Int, height: Int) throws(PhotoError) -> PixelBuffer {
    precondition(width > 0 && height > 0)
    guard Vips.isUsable else { throw .notEncoded }
    return try picture.data.withUnsafeBufferPointer { (raw) throws(PhotoError) -> PixelBuffer in
      var image = try VipsPicture(
        cvips_wrap(raw.baseAddress, raw.count, Int32(picture.width), Int32(picture.height), Int32(picture.channels)))
      let hasAlpha = picture.channels == 4
      if hasAlpha { image = try image.then(cvips_premultiply) }
      image = try image.then {
        cvips_resize($0, Double(width) / Double(picture.width), Double(height) / Double(picture.height))
      }
      if hasAlpha { image = try image.then(cvips_unpremultiply) }
      return try image.then(cvips_to_bytes).pixels()
    }
  }

  /// Writes a PNG file; it appears whole or not at all.
  public static func writePNG(_ picture: PixelBuffer, to path: String) throws(PhotoError) {
    let bytes = try encodePNG(picture)
    do { try FileBytes.write(bytes, to: path) } catch { throw .file(path: path, reason: error.reason) }
  }

  private static func encode(
    _ picture: PixelBuffer,
    _ save: (UnsafeMutablePointer<VipsImage>, UnsafeMutablePointer<Int>) -> UnsafeMutableRawPointer?
  ) throws(PhotoError) -> [UInt8] {
    guard Vips.isUsable else { throw .notEncoded }
    return try picture.data.withUnsafeBufferPointer { (raw) throws(PhotoError) -> [UInt8] in
      let wrapped = cvips_wrap(
        raw.baseAddress, raw.count, Int32(picture.width), Int32(picture.height), Int32(picture.channels))
      let image: VipsPicture
      do { image = try VipsPicture(wrapped) } catch { throw .notEncoded }
      var count = 0
      guard let memory = save(image.image, &count) else {
        vips_error_clear()
        throw .notEncoded
      }
      defer { g_free(memory) }
      return [UInt8](UnsafeRawBufferPointer(start: memory, count: count))
    }
  }
}
