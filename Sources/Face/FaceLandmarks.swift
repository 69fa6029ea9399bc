import Linear

/// MediaPipe's 478 face landmarks: 468 of the mesh, then five each of the right and the left iris (the subject's).
public struct FaceLandmarks: Equatable, Sendable {
  public static let count = 478

  /// Photo pixels; z in the same unit, away from the viewer, 0 at the middle of the head.
  public var points: [Vector3]
  /// How sure the network is that it looks at a face, 0...1.
  public var score: Float

  /// - Parameter points: 478 of them.
  public init(points: [Vector3], score: Float) {
    precondition(points.count == Self.count)
    self.points = points
    self.score = score
  }

  public subscript(_ k: Int) -> Vector2 { points[k].xy }

  /// Distance of the eyes' outer corners, the unit of all relative measures.
  public var eyeDistance: Float { (self[263] - self[33]).length }

  /// Opening of the right and the left eye's lids: the area inside their rim by the square of the eye's width. A relaxed
  /// open eye has 0.15 to 0.25 (lid gap by width, "EAR", is a third more).
  public var eyeOpening: Vector2 { Vector2(opening(.right), opening(.left)) }

  private func opening(_ eye: EyePoints) -> Float {
    var area: Float = 0
    for k in eye.rim.indices {
      let a = self[eye.rim[k]]
      let b = self[eye.rim[(k + 1) % eye.rim.count]]
      area += a.x * b.y - b.x * a.y
    }
    let width = self[eye.rim[0]] - self[eye.rim[8]]
    return abs(area) * 0.5 / max(1e-3, width.dot(width))
  }

  /// What the network looks at in a second pass: the outer eye corners level, the points' bounding square, half as large
  /// again.
  var region: FaceRegion {
    var low = self[0]
    var high = low
    for p in points {
      low = pointwiseMin(low, p.xy)
      high = pointwiseMax(high, p.xy)
    }
    let size = high - low
    return FaceRegion(centre: (low + high) * 0.5, side: max(size.x, size.y) * 1.5, levelling: self[33], self[263])
  }
}
