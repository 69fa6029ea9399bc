/// One stored picture.
public struct EncodedImage: Sendable {
  public var image: AvatarImage
  /// Pixels.
  public var width: Int
  public var height: Int
  /// A complete JPEG file.
  public var bytes: [UInt8]

  public init(image: AvatarImage, width: Int, height: Int, bytes: [UInt8]) {
    self.image = image
    self.width = width
    self.height = height
    self.bytes = bytes
  }
}
