import Linear

extension Rig {
  /// Adds all weighted shapes to `vertices`. Allocates nothing.
  /// - Parameters:
  ///   - weights: zero weights cost nothing.
  ///   - transform: from the rig's directions and cm to those of `vertices` (rotation and scale of the fitted head).
  ///   - vertices: at least `vertexCount` positions.
  public func addShapes(
    weights: BlendshapeWeights, transform: Matrix3, into vertices: UnsafeMutableBufferPointer<Vector3>
  ) {
    for index in 0..<Blendshape.count where weights[index] != 0 {
      addShape(at: index, transform: transform * weights[index], into: vertices)
    }
  }

  /// Adds one shape to `vertices`; `transform` includes the weight. Allocates nothing.
  public func addShape(
    _ blendshape: Blendshape, transform: Matrix3, into vertices: UnsafeMutableBufferPointer<Vector3>
  ) {
    addShape(at: Int(blendshape.rawValue), transform: transform, into: vertices)
  }

  private func addShape(at index: Int, transform: Matrix3, into vertices: UnsafeMutableBufferPointer<Vector3>) {
    precondition(vertices.count >= vertexCount)
    shapes[index].indices.withUnsafeBufferPointer { indices in
      shapes[index].deltas.withUnsafeBufferPointer { deltas in
        for k in 0..<indices.count { vertices[Int(indices[k])] += transform * deltas[k] }
      }
    }
  }

  /// Unit vertex normals, weighted by triangle area, of the triangles `range` of `triangles` (for example
  /// `triangles(of: .face)`). Writes the normals of all vertices that these triangles use, and zeroes those of
  /// `vertexRange` that none uses. Allocates nothing.
  public func normals(
    of vertices: UnsafeBufferPointer<Vector3>, triangles range: Range<Int>, vertices vertexRange: Range<Int>,
    into normals: UnsafeMutableBufferPointer<Vector3>
  ) {
    precondition(vertices.count >= vertexCount && normals.count >= vertexCount)
    precondition(range.lowerBound >= 0 && range.upperBound <= triangles.count && range.count % 3 == 0)
    precondition(vertexRange.lowerBound >= 0 && vertexRange.upperBound <= vertexCount)
    for i in vertexRange { normals[i] = Vector3(0, 0, 0) }
    triangles.withUnsafeBufferPointer { triangles in
      for t in stride(from: range.lowerBound, to: range.upperBound, by: 3) {
        let a = Int(triangles[t])
        let b = Int(triangles[t + 1])
        let c = Int(triangles[t + 2])
        let normal = (vertices[b] - vertices[a]).cross(vertices[c] - vertices[a])
        normals[a] += normal
        normals[b] += normal
        normals[c] += normal
      }
    }
    for i in vertexRange { normals[i] = normals[i].normalized }
  }
}
