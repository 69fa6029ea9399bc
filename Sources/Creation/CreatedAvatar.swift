import Avatar
import Face
import Linear
import Pixels

/// What `Creator` makes of a photo. The caller encodes the pictures as JPEG files and stores them in `avatar.images`.
public struct CreatedAvatar: Sendable {
  /// Complete but for `images`.
  public var avatar: Avatar
  /// To be encoded with `AvatarImage.jpegQuality(attempt:)`: RGB, or grey where `AvatarImage.channels` is 1.
  public var pictures: [Picture]
  /// 478 points in photo pixels, z away from the viewer.
  public var landmarks: [Vector3]
  /// What could be better about the photo.
  public var warnings: [PhotoWarning] = []
  /// What became of each further photo.
  public var views: [ViewOutcome] = []

  public struct Picture: Sendable {
    public var image: AvatarImage
    public var pixels: PixelBuffer
  }
}
