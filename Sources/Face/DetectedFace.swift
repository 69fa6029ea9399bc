import Linear

/// A face as the detector sees it, in photo pixels.
public struct DetectedFace: Equatable, Sendable {
  /// 0...1.
  public var score: Float
  /// The corners of the box from the brows to the chin.
  public var low: Vector2
  public var high: Vector2
  /// The subject's right eye (image left), left eye, nose tip, mouth, right and left ear.
  public var points: [Vector2]

  package init(score: Float, low: Vector2, high: Vector2, points: [Vector2]) {
    (self.score, self.low, self.high, self.points) = (score, low, high, points)
  }

  public var centre: Vector2 { (low + high) * 0.5 }
  public var size: Vector2 { high - low }
  public var eyeDistance: Float { (points[1] - points[0]).length }

  /// Common area over the area of both.
  func overlap(_ other: Self) -> Float {
    let common = common(other)
    let union = size.x * size.y + other.size.x * other.size.y - common
    return union > 0 ? common / union : 0
  }

  func common(_ other: Self) -> Float {
    let inner = pointwiseMin(high, other.high) - pointwiseMax(low, other.low)
    return max(0, inner.x) * max(0, inner.y)
  }

  /// What the landmark network looks at: the eyes level, a square on the box's long side, half as large again.
  var region: FaceRegion {
    FaceRegion(centre: centre, side: max(size.x, size.y) * 1.5, levelling: points[0], points[1])
  }
}
