import Head
import Linear

/// The skin near a rim (of a lip, of a lid) and how much of the rim's motion each of its vertices shares.
struct RimSkin {
  private let vertices: UnsafeMutableBufferPointer<UInt16>
  /// Where along the rim the vertex is: element and fraction.
  private let places: UnsafeMutableBufferPointer<Float>
  /// How much of the rim's way the vertex goes (negative: the other way).
  private let shares: UnsafeMutableBufferPointer<Float>

  /// - Parameters:
  ///   - upper, lower: facing rims of one opening; vertices with a positive share lie along the upper one.
  ///   - share: of the rim's way that skin vertex `i` goes; 0 leaves it alone.
  init(upper: [UInt16], lower: [UInt16], rig: Rig, arena: Arena, share: (Int) -> Float) {
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

  /// Moves the skin by its share of `ways`, one per element of the rims.
  func move(_ positions: UnsafeMutableBufferPointer<Vector3>, by ways: UnsafeMutableBufferPointer<Vector3>) {
    for j in 0..<vertices.count {
      let place = places[j]
      let k = min(ways.count - 2, Int(place))
      let way = ways[k] + (ways[k + 1] - ways[k]) * (place - Float(k))
      let i = Int(vertices[j])
      positions[i] = positions[i] + way * shares[j]
    }
  }
}
