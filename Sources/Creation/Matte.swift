import Linear
import Pixels

/// From the network's coarse mask to an opacity that follows hair and outline.
enum Matte {
  /// Sizes below are meant for a head's square of this many pixels.
  private static let referenceSide: Float = 1024

  /// Keeps what hangs together with the face: other people and blobs are background.
  /// - Parameters:
  ///   - least: opacity of what holds together.
  ///   - fringe: width of what softly surrounds it, pixels.
  static func largestPart(of mask: Plane, from seed: Vector2, least: Float = 0.5, fringe: Int? = nil) -> Plane {
    let width = mask.width
    let height = mask.height
    let x = max(0, min(width - 1, Int(seed.x)))
    let y = max(0, min(height - 1, Int(seed.y)))
    var inside = Plane(width: width, height: height)
    guard mask.data[y * width + x] > least else { return mask }
    var stack = [y * width + x]
    inside.data[stack[0]] = 1
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
    // The soft fringe belongs to it.
    inside = inside.dilated(radius: fringe ?? max(3, width / 40)).gaussianBlurred(sigma: 1.5)
    var kept = mask
    for i in kept.data.indices { kept.data[i] *= inside.data[i] }
    return kept
  }

  /// The refined opacity, rounded to 1/255.
  /// - Parameters:
  ///   - mask: 0...1, of the guide's size.
  ///   - guide: the picture's colours.
  ///   - side: of the head's square in the guide, pixels.
  static func refined(_ mask: Plane, guide: Plane4, side: Float) -> Plane {
    let unit = side / referenceSide
    var stretched = mask
    for i in stretched.data.indices { stretched.data[i] = max(0, min(1, (mask.data[i] - 0.1) * 1.25)) }
    var matte = stretched.guided(by: guide, radius: max(2, Int((12 * unit).rounded())), epsilon: 4e-4)
    let near = mask.gaussianBlurred(sigma: max(1, 3 * unit))
    for i in matte.data.indices {
      matte.data[i] =
        Elementary.smoothstep(0.30, 0.92, matte.data[i]) * Elementary.smoothstep(0.02, 0.35, near.data[i])
    }
    // Well inside, the network is right where colours mislead: ears before a wall of the skin's colour.
    let sure = mask.eroded(radius: max(1, Int((9 * unit).rounded()))).gaussianBlurred(sigma: max(0.7, 3 * unit))
    for i in matte.data.indices { matte.data[i] = max(matte.data[i], Elementary.smoothstep(0.55, 0.95, sure.data[i])) }
    let soft = matte.gaussianBlurred(sigma: max(0.7, 1.5 * unit))
    for i in matte.data.indices {
      let a = 0.5 * matte.data[i] + 0.5 * soft.data[i]
      matte.data[i] = (a * 255).rounded() * (1 / 255)
    }
    return matte
  }
}
