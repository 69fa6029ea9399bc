import Linear
import Pixels

/// One more photo of the person, from another side or with another expression.
public struct FurtherPhoto: Sendable {
  /// RGB, upright.
  public var pixels: PixelBuffer
  /// 478, photo pixels, z away from the viewer.
  public var landmarks: [Vector3]

  public init(pixels: PixelBuffer, landmarks: [Vector3]) {
    self.pixels = pixels
    self.landmarks = landmarks
  }
}
