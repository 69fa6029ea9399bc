import Head
import Linear

extension RigFit {
  /// Where the 468 landmarks lie on a mesh with the rig's vertices, in its units.
  package func landmarkPositions(on vertices: [Vector3]) -> [Vector3] {
    vertices.withUnsafeBufferPointer { vertices in landmarks.map { $0.position(on: vertices) } }
  }

  /// How an identity mode displaces the landmarks at coefficient 1, cm.
  package func landmarkMotion(ofMode mode: Int) -> [Vector3] {
    landmarkPositions(on: Array(identity[mode * softCount..<(mode + 1) * softCount]))
  }

  /// How an expression shape displaces the landmarks at weight 1, cm.
  package func landmarkMotion(of shape: Blendshape, rig: Rig) -> [Vector3] {
    var field = [Vector3](repeating: .zero, count: rig.vertexCount)
    field.withUnsafeMutableBufferPointer { rig.addShape(shape, transform: .identity, into: $0) }
    return landmarkPositions(on: field)
  }
}
