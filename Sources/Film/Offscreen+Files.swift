import Avatar
import Engine
import Head
import Photo
import Pixels
import Stage

extension Offscreen {
  /// Reads a `.ftar` file's bytes and puts the avatar with its pictures into slot 0 or 1.
  @discardableResult
  public func load(avatar bytes: [UInt8], rig: Rig, slot: Int) throws(AvatarLoadingError) -> Avatar {
    let avatar: Avatar
    do throws(AvatarFileError) { avatar = try AvatarFile.decode(bytes, rig: rig) } catch { throw .file(error) }
    try load(avatar, slot: slot)
    return avatar
  }

  /// Puts an avatar with its pictures into slot 0 or 1.
  public func load(_ avatar: Avatar, slot: Int) throws(AvatarLoadingError) {
    var pictures: [(AvatarImage, PixelBuffer)] = []
    for encoded in avatar.images where encoded.image != .preview {
      let pixels: PixelBuffer
      do throws(PhotoError) { pixels = try Photo.decodeJPEG(encoded.bytes) } catch { throw .picture(encoded.image) }
      guard pixels.width == encoded.width, pixels.height == encoded.height,
        pixels.channels == encoded.image.channels
      else { throw .picture(encoded.image) }
      pictures.append((encoded.image, pixels))
    }
    stage.load(avatar, slot: slot)
    for (image, pixels) in pictures { stage.upload(pixels, slot: slot, image: image) }
  }
}
