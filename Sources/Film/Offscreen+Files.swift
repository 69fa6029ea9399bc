import Avatar
import Engine
import Head
import Photo
import Pixels
import Stage

extension EncodedImage {
  /// The decoded picture.
  public func pixels() throws(AvatarLoadingError) -> PixelBuffer {
    let pixels: PixelBuffer
    do throws(PhotoError) { pixels = try Photo.decodeJPEG(bytes) } catch { throw .picture(image) }
    guard pixels.width == width, pixels.height == height, pixels.channels == image.channels else {
      throw .picture(image)
    }
    return pixels
  }
}

extension Offscreen {
  /// Reads a `.ftar` file's bytes and puts the avatar with its pictures into slot 0 or 1.
  @discardableResult
  public func show(_ file: [UInt8], rig: Rig, slot: Int = 0) throws(AvatarLoadingError) -> Avatar {
    let avatar: Avatar
    do throws(AvatarFileError) { avatar = try AvatarFile.decode(file, rig: rig) } catch { throw .file(error) }
    try show(avatar, slot: slot)
    return avatar
  }

  /// Puts an avatar with its pictures into slot 0 or 1.
  public func show(_ avatar: Avatar, slot: Int = 0) throws(AvatarLoadingError) {
    var pictures: [(AvatarImage, PixelBuffer)] = []
    for encoded in avatar.images where encoded.image != .preview {
      pictures.append((encoded.image, try encoded.pixels()))
    }
    stage.load(avatar, slot: slot)
    for (image, pixels) in pictures { stage.upload(pixels, slot: slot, image: image) }
  }
}
