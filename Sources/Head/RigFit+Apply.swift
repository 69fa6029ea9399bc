import Linear

extension RigFit {
  /// Adds the person's identity to `vertices` (all of the rig's, at the neutral mean head).
  /// - Parameter coefficients: at most `modeCount` of them, in standard deviations.
  public func addIdentity(_ coefficients: [Float], of rig: Rig, into vertices: UnsafeMutableBufferPointer<Vector3>) {
    precondition(vertices.count >= rig.vertexCount && coefficients.count <= modeCount)
    identity.withUnsafeBufferPointer { identity in
      for (mode, a) in coefficients.enumerated() where a != 0 {
        let row = mode * softCount
        for i in 0..<softCount { vertices[i] += identity[row + i] * a }
        for part in RigPart.gums.rawValue...RigPart.eyeRight.rawValue {
          let mode = rigid[mode * 3 + Self.group(part)]
          for i in rig.partVertices[Int(part)] {
            vertices[i] += (mode.transform * rig.neutral[i] + mode.offset) * a
          }
        }
      }
    }
  }

  /// Displaces `vertices` (all of the rig's) as the landmarks are displaced: soft vertices by their weights, the mouth's
  /// parts and the eyeballs by the mean of their anchors.
  /// - Parameter displacements: one per landmark, in the units of `vertices`.
  public func addWarp(
    _ displacements: [Vector3], of rig: Rig, into vertices: UnsafeMutableBufferPointer<Vector3>
  ) {
    precondition(vertices.count >= rig.vertexCount && displacements.count >= Self.landmarkCount)
    displacements.withUnsafeBufferPointer { displacements in
      warpLandmarks.withUnsafeBufferPointer { landmarks in
        warpWeights.withUnsafeBufferPointer { weights in
          for vertex in 0..<softCount {
            var sum = Vector3(0, 0, 0)
            for i in vertex * warpCount..<(vertex + 1) * warpCount {
              sum += displacements[Int(landmarks[i])] * weights[i]
            }
            vertices[vertex] += sum
          }
        }
      }
      for part in RigPart.gums.rawValue...RigPart.eyeRight.rawValue {
        let anchors = [Self.mouthAnchors, Self.eyeLeftAnchors, Self.eyeRightAnchors][Self.group(part)]
        var sum = Vector3(0, 0, 0)
        for anchor in anchors { sum += displacements[anchor] }
        sum *= 1 / Float(anchors.count)
        for i in rig.partVertices[Int(part)] { vertices[i] += sum }
      }
    }
  }

  /// 0 mouth, 1 left eye, 2 right eye.
  private static func group(_ part: UInt8) -> Int {
    part == RigPart.eyeLeft.rawValue ? 1 : part == RigPart.eyeRight.rawValue ? 2 : 0
  }
}
