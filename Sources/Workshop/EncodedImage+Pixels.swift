import Avatar
import Photo
import Pixels

extension EncodedImage {
  /// The decoded picture.
  public func pixels() throws(AvatarLoadingError) -> PixelBuffer {
    let pixels: PixelBuffer
    do throws(PhotoError) { pixels = try Photo.decodeJPEG(bytes, longest: AvatarFile.maximumSide) } catch {
      throw .picture(image)
    }
    guard pixels.width == width, pixels.height == height, pixels.channels == image.channels else {
      throw .picture(image)
    }
    return pixels
  }
}
