import Linear

/// A turned square of the photo.
struct FaceRegion: Equatable, Sendable {
  var centre: Vector2
  var side: Float
  /// Radians, clockwise in the image.
  var angle: Float

  /// Turned so that the line from `a` to `b` is level in it.
  init(centre: Vector2, side: Float, levelling a: Vector2, _ b: Vector2) {
    self.centre = centre
    self.side = side
    angle = Elementary.atan2(b.y - a.y, b.x - a.x)
  }
}
