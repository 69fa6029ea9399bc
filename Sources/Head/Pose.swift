import Linear

/// Everything that changes from frame to frame: what `Performance` makes and `Stage` draws.
public struct Pose: Sendable {
  /// Expression relative to the avatar's neutral face.
  public var weights = BlendshapeWeights()
  /// Head rotation relative to the photo, radians; signs as in `Matrix3.rotation(yaw:pitch:roll:)`.
  public var yaw: Float = 0
  public var pitch: Float = 0
  public var roll: Float = 0
  /// Head translation relative to the photo, cm (x to the image's right, y up, z towards the viewer).
  public var translation = Vector3(0, 0, 0)
  /// Direction of both eyes relative to the photo's, radians: x to the image's right, y up.
  public var gaze = Vector2(0, 0)
  /// Chest rise, 0...1.
  public var breath: Float = 0
  /// How much of the photo's own expression shows: 0 the neutralised face, 1 exactly the photo.
  public var photoExpression: Float = 0

  public init() {}
}
