import Linear

/// A map of the plane: `origin + u * right + v * down`.
public struct AffineMap: Equatable, Sendable {
  public var origin: Vector2
  /// Where one step in u and in v leads.
  public var right: Vector2
  public var down: Vector2

  @inlinable public init(origin: Vector2, right: Vector2, down: Vector2) {
    self.origin = origin
    self.right = right
    self.down = down
  }

  /// The square of side `side` round `centre`, turned by `angle` radians (clockwise in the image), cut into `count`
  /// steps a side: (0, 0) is its top left corner, (`count`, `count`) its bottom right one.
  public init(square centre: Vector2, side: Float, angle: Float, count: Int) {
    let (s, c) = Elementary.sinCos(angle)
    let step = side / Float(count)
    right = Vector2(c, s) * step
    down = Vector2(-s, c) * step
    origin = centre - (right + down) * (Float(count) * 0.5)
  }

  @inlinable public func callAsFunction(_ p: Vector2) -> Vector2 { origin + right * p.x + down * p.y }
}
