import Avatar
import Head
import Pixels
import Stage
import Workshop

extension Offscreen {
  /// Reads a `.ftar` file's bytes and puts the avatar with its pictures into slot 0 or 1.
  @discardableResult
  public func show(_ file: [UInt8], rig: Rig, slot: Int = 0) throws(AvatarLoadingError) -> Avatar {
    try [self].show(file, rig: rig, slot: slot)
  }
}

extension [Offscreen] {
  /// Reads a `.ftar` file's bytes and puts the avatar with its pictures into slot 0 or 1 of every stage.
  /// - Parameter isOutOfFocus: what is behind the person is blurred.
  @discardableResult
  public func show(
    _ file: [UInt8], rig: Rig, slot: Int = 0, isOutOfFocus: Bool = false
  ) throws(AvatarLoadingError) -> Avatar {
    let avatar: Avatar
    do throws(AvatarFileError) { avatar = try AvatarFile.decode(file, rig: rig) } catch { throw .file(error) }
    try show(avatar, slot: slot, isOutOfFocus: isOutOfFocus)
    return avatar
  }

  /// Puts an avatar with its pictures into slot 0 or 1 of every stage.
  public func show(_ avatar: Avatar, slot: Int = 0, isOutOfFocus: Bool = false) throws(AvatarLoadingError) {
    var pictures: [(AvatarImage, PixelBuffer)] = []
    for encoded in avatar.images where encoded.image != .preview {
      let pixels = try encoded.pixels()
      pictures.append((encoded.image, isOutOfFocus && encoded.image == .background ? pixels.outOfFocus() : pixels))
    }
    for offscreen in self {
      let stage = offscreen.stage
      do throws(StageError) { try stage.load(avatar, slot: slot) } catch { throw .stage(error) }
      for (image, pixels) in pictures { stage.upload(pixels, slot: slot, image: image) }
    }
  }
}
