import Avatar
import Photo
import Pixels

extension EncodedImage {
  /// The decoded picture.
  public func pixels() throws(AvatarLoadingError) -> PixelBuffer {
    var pixels: PixelBuffer
    do throws(PhotoError) { pixels = try Photo.decodeJPEG(bytes, longest: AvatarFile.maximumSide) } catch {
      throw .picture(image)
    }
    // Browsers write grey pictures as colours.
    if image.channels == 1, pixels.channels == 3 {
      let green = stride(from: 1, to: pixels.data.count, by: 3).map { pixels.data[$0] }
      pixels = PixelBuffer(width: pixels.width, height: pixels.height, channels: 1, data: green)
    }
    guard pixels.width == width, pixels.height == height, pixels.channels == image.channels else {
      throw .picture(image)
    }
    return pixels
  }
}
