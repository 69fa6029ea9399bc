/// The pictures inside an avatar. Each is stored as an ordinary JPEG that browsers and libvips decode.
public enum AvatarImage: UInt8, CaseIterable, Sendable {
  /// RGB, the person in `Avatar.headRegion`, edges decontaminated (foreground colour also outside the matte).
  case headColour = 1
  /// Grey, the person's matte in `Avatar.headRegion`.
  case headAlpha
  /// RGB and grey like the two above, for the whole photo; present only where the head region is sharper than the
  /// photo at 1024 px would be.
  case frameColour
  case frameAlpha
  /// RGB, the whole photo with the person filled in by the surroundings.
  case background
  /// RGB atlas, 4 squares of equal size side by side: right sclera, right iris, left sclera, left iris.
  case eyes
  /// RGB 240x320 preview of the neutral face.
  case preview
}

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
