import Linear

/// One expression shape: the vertices that it moves and by how much at weight 1.
public struct RigShape: Sendable {
  /// Vertices, ascending.
  public let indices: [UInt16]
  /// Displacement of each of `indices`, cm, in the rig's space.
  public let deltas: [Vector3]
}
