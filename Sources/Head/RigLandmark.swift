import Linear

/// Where one of MediaPipe's 468 face landmarks lies on the rig: three skin vertices and their weights (sum 1).
public struct RigLandmark: Sendable {
  public let a: UInt16
  public let b: UInt16
  public let c: UInt16
  /// Weights of `a`, `b` and `c`.
  public let weights: Vector3

  /// The landmark's position on a mesh with the rig's vertices.
  @inlinable public func position(on vertices: UnsafeBufferPointer<Vector3>) -> Vector3 {
    vertices[Int(a)] * weights.x + vertices[Int(b)] * weights.y + vertices[Int(c)] * weights.z
  }
}
