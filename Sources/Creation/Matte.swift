import Linear
import Pixels

/// From the network's coarse mask to an opacity that follows hair and outline.
enum Matte {
  /// Sizes below are meant for a head's square of this many pixels.
  private static let referenceSide: Float = 1024

  /// Keeps what hangs together with the face: other people and blobs are background.
  static func largestPart(of mask: Plane, from seed: Vector2) -> Plane {
    let x = max(0, min(mask.width - 1, Int(seed.x)))
    let y = max(0, min(mask.height - 1, Int(seed.y)))
    guard mask.data[y * mask.width + x] > 0.5 else { return mask }
    // The soft fringe belongs to it.
    return mask.kept(connected(mask, above: 0.5, to: [y * mask.width + x]), fringe: max(3, mask.width / 40))
  }

  /// Drops what the finer outline has cut off: somebody else's hair, a chair. More than a small part was the person.
  /// - Parameters:
  ///   - seed: in the middle of the face.
  ///   - edges: pixels where the picture ends and the photo goes on: what lies there may be joined to the person outside.
  static func withoutScraps(_ matte: Plane, from seed: Vector2, edges: [Int], side: Float) -> Plane {
    let x = max(0, min(matte.width - 1, Int(seed.x)))
    let y = max(0, min(matte.height - 1, Int(seed.y)))
    let whole = connected(matte, above: solid, to: [y * matte.width + x] + edges)
    var (kept, cut): (Float, Float) = (0, 0)
    for i in matte.data.indices where matte.data[i] > solid {
      if whole.data[i] > 0 { kept += 1 } else { cut += 1 }
    }
    guard cut > 0, cut < mostScraps * kept else { return matte }
    return matte.kept(whole, fringe: max(2, Int((12 * side / referenceSide).rounded())))
  }

  /// Opacity of what holds together.
  private static let solid: Float = 0.4
  /// Share of the person.
  private static let mostScraps: Float = 0.08

  /// 1 where `mask` is above `least` and hangs together with one of `starts`.
  private static func connected(_ mask: Plane, above least: Float, to starts: [Int]) -> Plane {
    let width = mask.width
    var inside = Plane(width: width, height: mask.height)
    var stack: [Int] = []
    for i in starts where mask.data[i] > least && inside.data[i] == 0 {
      inside.data[i] = 1
      stack.append(i)
    }
    while let i = stack.popLast() {
      let column = i % width
      for (next, exists) in [
        (i - 1, column > 0), (i + 1, column + 1 < width), (i - width, i >= width),
        (i + width, i + width < mask.data.count),
      ] where exists && inside.data[next] == 0 && mask.data[next] > least {
        inside.data[next] = 1
        stack.append(next)
      }
    }
    return inside
  }

  /// The refined opacity, rounded to 1/255.
  /// - Parameters:
  ///   - mask: 0...1, of the guide's size.
  ///   - guide: the picture's colours.
  ///   - side: of the head's square in the guide, pixels.
  static func refined(_ mask: Plane, guide: Plane4, side: Float, pair: @escaping Pair) -> Plane {
    let unit = side / referenceSide
    var (matte, (near, sure)) = both(pair) {
      var stretched = mask
      for i in stretched.data.indices { stretched.data[i] = max(0, min(1, (mask.data[i] - 0.1) * 1.25)) }
      return stretched.guided(by: guide, radius: max(2, Int((12 * unit).rounded())), epsilon: 4e-4)
    } _: {
      (
        mask.gaussianBlurred(sigma: max(1, 3 * unit)),
        mask.eroded(radius: max(1, Int((9 * unit).rounded()))).gaussianBlurred(sigma: max(0.7, 3 * unit))
      )
    }
    for i in matte.data.indices {
      let edge = Elementary.smoothstep(0.30, 0.92, matte.data[i]) * Elementary.smoothstep(0.02, 0.35, near.data[i])
      // Well inside, the network is right where colours mislead: ears before a wall of the skin's colour.
      matte.data[i] = max(edge, Elementary.smoothstep(0.55, 0.95, sure.data[i]))
    }
    let soft = matte.gaussianBlurred(sigma: max(0.7, 1.5 * unit))
    for i in matte.data.indices {
      let a = 0.5 * matte.data[i] + 0.5 * soft.data[i]
      matte.data[i] = (a * 255).rounded() * (1 / 255)
    }
    return matte
  }
}

extension Plane {
  /// What lies in `part`, and `fringe` pixels round it.
  fileprivate func kept(_ part: Plane, fringe: Int) -> Plane {
    let share = part.dilated(radius: fringe).gaussianBlurred(sigma: 1.5)
    var kept = self
    for i in kept.data.indices { kept.data[i] *= share.data[i] }
    return kept
  }
}
