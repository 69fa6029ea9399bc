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
  private let vertices: UnsafeMutableBufferPointer<UInt16>
  /// Where along the rims the vertex is: element and fraction.
  private let places: UnsafeMutableBufferPointer<Float>
  /// A gap that no pressing closes, cm.
  private static let wideGap: Float = 1.2
  /// How much of the way the vertex goes (negative: the other way).
  private let shares: UnsafeMutableBufferPointer<Float>

  /// - Parameters:
  ///   - share: how far skin vertex `i` goes up for an overlap of 1 (negative: down); 0 leaves it alone.
  init(upper: [UInt16], lower: [UInt16], rig: Rig, arena: Arena, share: (Int) -> Float) {
    self.upper = arena.buffer(upper)
    self.lower = arena.buffer(lower)
    ways = arena.buffer(upper.count, Vector3(0, 0, 0))
    var vertices: [UInt16] = []
    var places: [Float] = []
    var shares: [Float] = []
    for i in 0..<rig.skinCount {
      let s = share(i)
      guard s != 0 else { continue }
      let line = s > 0 ? upper : lower
      vertices.append(UInt16(i))
      places.append(Self.place(of: rig.neutral[i].x, along: line, rig: rig))
      shares.append(s)
    }
    self.vertices = arena.buffer(vertices)
    self.places = arena.buffer(places)
    self.shares = arena.buffer(shares)
  }

  private static func place(of x: Float, along line: [UInt16], rig: Rig) -> Float {
    for k in 0..<line.count - 1 {
      let a = rig.neutral[Int(line[k])].x
      let b = rig.neutral[Int(line[k + 1])].x
      if x <= b || k == line.count - 2 {
        return Float(k) + max(0, min(1, (x - a) / max(1e-6, b - a)))
      }
    }
    return 0
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
    guard any else { return }
    for j in 0..<vertices.count {
      let place = places[j]
      let k = min(ways.count - 2, Int(place))
      let way = ways[k] + (ways[k + 1] - ways[k]) * (place - Float(k))
      let i = Int(vertices[j])
      positions[i] = positions[i] + way * shares[j]
    }
  }
}
