import Linear

/// An eyeball of the neutral rig.
public struct RigEye: Sendable {
  /// Centre of the sphere, cm.
  public let centre: Vector3
  /// Radius of the sphere, cm.
  public let radius: Float
  /// Radius of the iris (limbus) as seen from the front, cm. The iris is centred on the pole (0, 0, radius).
  public let irisRadius: Float
}
