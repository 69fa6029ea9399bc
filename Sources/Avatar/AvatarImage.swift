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
  /// RGB atlas, rows of 4 squares of equal size. First row: right sclera, right iris, left sclera, left iris; below, two
  /// squares twice as large: closed lids right and left. Of four and of six rows, the fourth shows upper teeth: the
  /// smallest rectangle that holds all of `Avatar.teethTexture`. The last two of five and of six rows show the sides of the
  /// face, right and left (`Avatar.sides`).
  case eyes
  /// RGB 240x320: head and shoulders cut out of the photo, for lists.
  case preview

  /// The JPEG quality (1...100) to encode the picture with. `attempt` counts up from 0 while `AvatarFile.isFinal` is
  /// false: a sharp, noisy photo may need several.
  public func jpegQuality(attempt: Int = 0) -> Int {
    let quality =
      switch self {
      case .headColour: 94
      case .headAlpha: 88
      case .frameColour, .background: 85
      case .frameAlpha: 80
      case .eyes: 92
      case .preview: 80
      }
    return max(40, quality - 2 * max(0, attempt))
  }

  /// 1 for grey pictures, 3 for RGB.
  public var channels: Int { self == .headAlpha || self == .frameAlpha ? 1 : 3 }
}
