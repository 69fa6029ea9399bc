import Head
import Linear

/// Two facing rims that may touch but not cross: the lips, the lids of an eye.
///
/// Where the upper rim has sunk below the lower one, the skin near both is pushed apart until they meet; rims that are
/// pressed together meet where a narrow gap was left.
struct ContactLine {
  private let upper: UnsafeMutableBufferPointer<UInt16>
  private let lower: UnsafeMutableBufferPointer<UInt16>
  /// What the upper rim has to move against the lower one.
  private let ways: UnsafeMutableBufferPointer<Vector3>
  private let skin: RimSkin
  /// A gap that no pressing closes, cm.
  private static let wideGap: Float = 1.2

  /// - Parameters:
  ///   - share: how far skin vertex `i` goes up for an overlap of 1 (negative: down); 0 leaves it alone.
  init(upper: [UInt16], lower: [UInt16], rig: Rig, arena: Arena, share: (Int) -> Float) {
    self.upper = arena.buffer(upper)
    self.lower = arena.buffer(lower)
    ways = arena.buffer(upper.count, Vector3(0, 0, 0))
    skin = RimSkin(upper: upper, lower: lower, rig: rig, arena: arena, share: share)
  }

  /// - Parameters:
  ///   - up: the head's upward direction in the space of `positions`.
  ///   - seal: share of a narrow gap that is closed.
  func resolve(_ positions: UnsafeMutableBufferPointer<Vector3>, up: Vector3, seal: Float = 0) {
    var any = false
    for k in 0..<upper.count {
      let apart = positions[Int(upper[k])] - positions[Int(lower[k])]
      let gap = apart.dot(up)
      ways[k] = Vector3(0, 0, 0)
      if seal > 0 { ways[k] = apart * (-seal * Elementary.smoothstep(Self.wideGap, 0.5 * Self.wideGap, apart.length)) }
      if gap < 0 { ways[k] = ways[k] + up * -(gap + ways[k].dot(up)) }
      if seal > 0 || gap < 0 { any = true }
    }
    if any { skin.move(positions, by: ways) }
  }
}
