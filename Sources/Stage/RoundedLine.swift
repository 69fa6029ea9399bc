import Head
import Linear

/// The line of a lip, and the skin that goes with it when the line becomes an oval.
struct RoundedLine {
  let line: UnsafeMutableBufferPointer<UInt16>
  /// How far each element lies below the mouth's corner, cm.
  let depths: UnsafeMutableBufferPointer<Float>
  /// Depth of an oval of depth 1 there.
  private let oval: UnsafeMutableBufferPointer<Float>
  private let ways: UnsafeMutableBufferPointer<Vector3>
  private let skin: RimSkin
  /// The oval: 1 - |x|^p, to the power q. Lips leave their corners at an angle, not at a right one.
  private static let (p, q): (Float, Float) = (2.4, 0.65)

  /// - Parameters:
  ///   - line: from corner to corner.
  ///   - share: how much of the line's way skin vertex `i` goes.
  init(_ line: [UInt16], rig: Rig, arena: Arena, share: (Int) -> Float) {
    self.line = arena.buffer(line)
    depths = arena.buffer(line.count, 0)
    oval = arena.buffer(line.count, 0)
    ways = arena.buffer(line.count, Vector3(0, 0, 0))
    skin = RimSkin(upper: line, lower: line, rig: rig, arena: arena, share: share)
  }

  /// Fills `depths` and the oval.
  func measure(_ positions: UnsafeMutableBufferPointer<Vector3>, _ frame: MouthFrame) {
    for k in 0..<line.count { depths[k] = frame.depth(positions[Int(line[k])]) }
    let first = frame.across(positions[Int(line[0])])
    let width = max(frame.across(positions[Int(line[line.count - 1])]) - first, 1e-3)
    for k in 1..<line.count - 1 {
      let x = abs(2 * (frame.across(positions[Int(line[k])]) - first) / width - 1)
      oval[k] = x < 1 ? Elementary.pow(1 - Elementary.pow(max(x, 1e-6), Self.p), Self.q) : 0
    }
  }

  /// How far the element is from the corners: 0 at them, 1 in the middle.
  func middle(_ k: Int) -> Float { oval[k] }

  /// Moves the line and its skin by `share` of the way to the oval that fits it best (least squares).
  func round(_ positions: UnsafeMutableBufferPointer<Vector3>, _ frame: MouthFrame, share: Float) {
    // The corners may differ in height.
    let last = line.count - 1
    let rise = (depths[last] - depths[0]) / Float(last)
    func chord(_ k: Int) -> Float { depths[0] + rise * Float(k) }
    var (product, square): (Float, Float) = (0, 0)
    for k in 1..<last {
      product += oval[k] * (depths[k] - chord(k))
      square += oval[k] * oval[k]
    }
    let depth = product / max(square, 1e-6)
    for k in 1..<last { ways[k] = frame.down * (share * (chord(k) + depth * oval[k] - depths[k])) }
    skin.move(positions, by: ways)
  }
}

/// Directions of an open mouth: through its corners, and across that.
struct MouthFrame {
  let corner: Vector3
  let axis: Vector3
  private(set) var down: Vector3
  /// Corner to corner, cm.
  let width: Float

  /// - Parameter up: the head's upward direction.
  init?(from corner: Vector3, to other: Vector3, up: Vector3) {
    let span = other - corner
    width = span.length
    guard width > 0.2 else { return nil }
    self.corner = corner
    axis = span * (1 / width)
    down = (axis * up.dot(axis) - up).normalized
  }

  /// The same with `down` upwards, for the upper lip.
  var upsideDown: MouthFrame {
    var frame = self
    frame.down = down * -1
    return frame
  }

  func depth(_ p: Vector3) -> Float { (p - corner).dot(down) }
  func across(_ p: Vector3) -> Float { (p - corner).dot(axis) }
}
