import Linear

/// The line in which closed lids meet, in a picture's pixels (y down), and places relative to it.
struct LidRim {
  private let line: [Vector2]
  /// Corner to corner.
  let width: Float
  /// Unit vectors: from the inner corner to the outer one, and across, downwards.
  let out: Vector2
  let down: Vector2

  /// - Parameter line: from the inner corner to the outer one.
  init(line: [Vector2]) {
    self.line = line
    let span = line[line.count - 1] - line[0]
    width = max(span.length, 1)
    out = span * (1 / width)
    let across = Vector2(-out.y, out.x)
    down = across.y < 0 ? across * -1 : across
  }

  /// From 0 at the inner to 1 at the outer corner; outside 0...1 beyond the corners.
  func along(_ p: Vector2) -> Float { (p - line[0]).dot(out) / width }

  /// The point of the line at `along`, the nearer corner outside 0...1.
  func point(_ along: Float) -> Vector2 {
    let target = max(0, min(1, along)) * width
    var k = 0
    while k < line.count - 2 && (line[k + 1] - line[0]).dot(out) < target { k += 1 }
    let a = (line[k] - line[0]).dot(out)
    let b = (line[k + 1] - line[0]).dot(out)
    return line[k] + (line[k + 1] - line[k]) * max(0, min(1, (target - a) / max(b - a, 1e-3)))
  }

  /// How far above the line, pixels; beyond the corners above the nearer one.
  func height(of p: Vector2) -> Float { (point(along(p)) - p).dot(down) }

  /// The line ends so far beyond the outer corner.
  static let end: Float = 1.16

  /// The line goes from corner to corner and fades out beyond the outer one ...
  func line(_ along: Float) -> Float {
    Elementary.smoothstep(-0.02, 0.12, along) * Elementary.smoothstep(Self.end, 0.98, along)
  }

  /// ... lashes end before them.
  func lashes(_ along: Float) -> Float {
    Elementary.smoothstep(0.02, 0.25, along) * Elementary.smoothstep(1.0, 0.93, along)
  }
}
