import CVips
import Pixels

/// Owns one libvips image: a step in a pipeline that runs when pixels are asked for.
struct VipsPicture: ~Copyable {
  let image: UnsafeMutablePointer<VipsImage>

  /// Takes over what a libvips call gave, or fails on NULL.
  init(_ image: UnsafeMutablePointer<VipsImage>?) throws(PhotoError) {
    guard let image else {
      vips_error_clear()
      throw .unreadable
    }
    self.image = image
  }

  deinit { cvips_release(image) }

  var width: Int { Int(image.pointee.Xsize) }
  var height: Int { Int(image.pointee.Ysize) }
  var bands: Int { Int(image.pointee.Bands) }

  /// Opens a file in memory; the bytes must outlive the picture. `shrink` (1, 2, 4, 8) is for JPEG.
  static func open(_ bytes: UnsafeRawBufferPointer, _ format: PictureFormat, shrink: Int = 1)
    throws(PhotoError) -> VipsPicture
  {
    guard Vips.isUsable else { throw .unreadable }
    let failOn = VIPS_FAIL_ON_ERROR
    return try VipsPicture(
      cvips_load(format.loader, bytes.baseAddress, bytes.count, Int32(shrink), Int32(failOn.rawValue)))
  }

  /// The next step of the pipeline; libvips keeps the steps before alive by itself.
  consuming func then(_ step: (UnsafeMutablePointer<VipsImage>) -> UnsafeMutablePointer<VipsImage>?)
    throws(PhotoError) -> VipsPicture
  {
    try VipsPicture(step(image))
  }

  /// Runs the pipeline; the picture must have 8-bit bands.
  func pixels() throws(PhotoError) -> PixelBuffer {
    guard image.pointee.BandFmt == VIPS_FORMAT_UCHAR else { throw .unreadable }
    var count = 0
    guard let memory = vips_image_write_to_memory(image, &count) else {
      vips_error_clear()
      throw .unreadable
    }
    defer { g_free(memory) }
    guard count == width * height * bands else { throw .unreadable }
    let bytes = [UInt8](UnsafeRawBufferPointer(start: memory, count: count))
    return PixelBuffer(width: width, height: height, channels: bands, data: bytes)
  }
}
