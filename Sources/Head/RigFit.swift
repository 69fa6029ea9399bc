import Linear

/// What fitting the rig to a face needs on top of the player's rig: where the landmarks lie, how people differ, and how
/// the surface follows the landmarks.
public struct RigFit: Sendable {
  /// The number of landmarks (MediaPipe's face mesh without the irises).
  public static let landmarkCount = 468

  /// Where each of the 468 landmarks lies on the skin.
  public let landmarks: [RigLandmark]
  /// The number of identity modes. Coefficients are standard normal; keep them within +-2.5.
  public let modeCount: Int
  /// The number of soft vertices (face, head, mouth socket), which come first in the rig.
  public let softCount: Int
  /// Displacement of each soft vertex at coefficient 1, cm, mode after mode: `identity[mode * softCount + vertex]`.
  public let identity: [Vector3]
  /// How the rigid parts follow a mode at coefficient 1: `x += transform * x + offset`, three a mode, for the mouth
  /// (gums, teeth, tongue) and the left and right eyeball: `rigid[mode * 3 + group]`.
  public let rigid: [RigidMode]
  /// The number of landmarks that each soft vertex listens to.
  public let warpCount: Int
  /// The landmarks of each soft vertex: `warpLandmarks[vertex * warpCount + k]`.
  public let warpLandmarks: [UInt16]
  /// Their weights: displacing landmark `warpLandmarks[i]` by d displaces the vertex by `warpWeights[i] * d`.
  public let warpWeights: [Float]
  /// The lip landmarks whose mean displacement the rigid mouth parts follow.
  public static let mouthAnchors: [Int] = [
    61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146,
  ]
  /// The lid landmarks whose mean displacement an eyeball follows: the subject's left eye ...
  public static let eyeLeftAnchors: [Int] = [
    263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249,
  ]
  /// ... and right eye.
  public static let eyeRightAnchors: [Int] = [
    33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7,
  ]

  /// How a rigid part follows an identity mode at coefficient 1: `x += transform * x + offset`.
  public struct RigidMode: Sendable {
    public let transform: Matrix3
    /// cm.
    public let offset: Vector3
  }
}
