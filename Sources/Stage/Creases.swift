import Head
import Linear
import Pixels

/// Lines that an expression draws into skin: across the forehead, between the brows, at the outer eye corners, from nose to
/// mouth. Drawn once in the plane of the mean head; every face wears them where its own brows, eyes and mouth are.
enum Creases {
  /// Pixels a side. One channel a group: forehead, between the brows, eye corners, nose to mouth.
  static let side = 256
  /// Brightness that changes nothing.
  static let level: Float = 128

  /// The part of the mean head's plane that the picture shows, cm: lower left corner, size.
  private static let low = Vector2(-8, -10)
  private static let extent = Vector2(16, 20)

  /// Where a vertex of the mean head lies in the picture, 0...1.
  static func place(_ p: Vector3) -> Vector2 { (p.xy - low) / extent }

  /// Whether lines of `picture` may fall on a triangle of the mean head.
  static func reach(_ picture: PixelBuffer) -> (Vector3, Vector3, Vector3) -> Bool {
    { a, b, c in
      func texels(_ low: Float, _ high: Float) -> ClosedRange<Int> {
        let range = Float(side)
        // A texel more, which filtering reaches.
        return max(0, min(side - 1, Int(low * range - 1.5)))...max(0, min(side - 1, Int(high * range + 0.5)))
      }
      let (p, q, r) = (place(a), place(b), place(c))
      let columns = texels(min(p.x, q.x, r.x), max(p.x, q.x, r.x))
      for y in texels(min(p.y, q.y, r.y), max(p.y, q.y, r.y)) {
        for i in 4 * (y * side + columns.lowerBound)..<4 * (y * side + columns.upperBound + 1)
        where picture.data[i] != UInt8(level) { return true }
      }
      return false
    }
  }

  /// Darkening and lightening at full strength, as a share of the skin's brightness.
  private static let weakest: Float = 0.06
  private static let strongest: Float = 0.22
  /// So much less is drawn, so that a friendly face at rest costs nothing.
  private static let faint: Float = 0.008

  // MARK: Strength

  /// How strong the four groups are on one side of a face.
  /// - Parameter age: how deep this person's lines are, 0...1.
  static func strength(_ weights: BlendshapeWeights, isLeft: Bool, age: Float) -> SIMD4<Float> {
    func side(_ right: Blendshape, _ left: Blendshape) -> Float { max(0, weights[isLeft ? left : right]) }
    let smile = side(.mouthSmileRight, .mouthSmileLeft)
    let sneer = side(.noseSneerRight, .noseSneerLeft)
    let cheek = side(.cheekSquintRight, .cheekSquintLeft)
    let active = SIMD4<Float>(
      0.6 * max(0, weights[.browInnerUp]) + 0.6 * side(.browOuterUpRight, .browOuterUpLeft),
      0.6 * side(.browDownRight, .browDownLeft) + 0.25 * sneer,
      0.4 * cheek + 0.3 * side(.eyeSquintRight, .eyeSquintLeft) + 0.2 * smile,
      0.7 * smile + 0.7 * sneer + 0.3 * cheek + 0.3 * side(.mouthUpperUpRight, .mouthUpperUpLeft))
    let depth = active.clamped(lowerBound: .zero, upperBound: .one) * (weakest + age * (strongest - weakest))
    return pointwiseMax(depth - SIMD4(repeating: faint), .zero)
  }

  // MARK: Picture

  /// A line through three points (cm, of the mean head's left side), and half its width.
  private struct Line {
    let group: Int
    let from: Vector2
    let over: Vector2
    let to: Vector2
    let width: Float

    init(_ group: Int, _ from: Vector2, _ over: Vector2, _ to: Vector2, width: Float) {
      self.group = group
      self.from = from
      self.over = over
      self.to = to
      self.width = width
    }

    func point(_ t: Float) -> Vector2 {
      let s = 1 - t
      // Through the middle point at one half.
      let control = over * 2 - (from + to) * 0.5
      return from * (s * s) + control * (2 * s * t) + to * (t * t)
    }
  }

  private static let lines = [
    Line(0, Vector2(-0.2, 6.85), Vector2(1.9, 7.15), Vector2(4.3, 6.75), width: 0.10),
    Line(0, Vector2(-0.2, 7.6), Vector2(2.1, 7.85), Vector2(4.4, 7.55), width: 0.11),
    Line(0, Vector2(-0.2, 8.35), Vector2(1.8, 8.55), Vector2(3.8, 8.4), width: 0.10),
    Line(1, Vector2(0.55, 4.1), Vector2(0.78, 5.1), Vector2(0.72, 6.3), width: 0.2),
    Line(2, Vector2(4.95, 3.75), Vector2(5.6, 4.15), Vector2(6.3, 4.75), width: 0.08),
    Line(2, Vector2(5.05, 3.4), Vector2(5.8, 3.45), Vector2(6.6, 3.65), width: 0.08),
    Line(2, Vector2(4.95, 3.05), Vector2(5.6, 2.75), Vector2(6.3, 2.55), width: 0.08),
    Line(2, Vector2(2.1, 2.35), Vector2(3.3, 1.85), Vector2(4.7, 2.3), width: 0.12),
    Line(3, Vector2(1.8, 0.3), Vector2(2.75, -1.6), Vector2(3.25, -4.3), width: 0.2),
  ]

  /// The picture, four channels a pixel, rows from the chin upwards.
  static func picture() -> PixelBuffer {
    var shade = Plane4(width: side, height: side)
    for line in lines {
      draw(line, mirrored: false, into: &shade)
      draw(line, mirrored: true, into: &shade)
    }
    var picture = PixelBuffer(width: side, height: side, channels: 4)
    for i in shade.data.indices {
      let value = (shade.data[i] * 127 + SIMD4(repeating: level))
        .clamped(lowerBound: .zero, upperBound: SIMD4(repeating: 255))
      for c in 0..<4 { picture.data[4 * i + c] = UInt8(value[c].rounded()) }
    }
    return picture
  }

  private static func draw(_ line: Line, mirrored: Bool, into shade: inout Plane4) {
    let steps = 40
    let points = (0...steps).map { line.point(Float($0) / Float(steps)) }
    let reach = 5 * line.width
    let top = points.reduce(Float(-100)) { max($0, $1.y) } + reach
    let bottom = points.reduce(Float(100)) { min($0, $1.y) } - reach
    for y in 0..<side {
      let v = low.y + (Float(y) + 0.5) / Float(side) * extent.y
      if v > top || v < bottom { continue }
      for x in 0..<side {
        let u = low.x + (Float(x) + 0.5) / Float(side) * extent.x
        let p = Vector2(mirrored ? -u : u, v)
        var nearest: (distance: Float, k: Int) = (.infinity, 0)
        for (k, q) in points.enumerated() where (p - q).length < nearest.distance { nearest = ((p - q).length, k) }
        guard nearest.distance < reach else { continue }
        let k = max(1, min(steps - 1, nearest.k))
        let along = points[k + 1] - points[k - 1]
        let t = Float(nearest.k) / Float(steps)
        let ends = Elementary.smoothstep(0, 0.5, t) * Elementary.smoothstep(1, 0.5, t)
        // A furrow, and the fold of skin above or outside it that catches the light.
        let across = along.x * (p - points[k]).y - along.y * (p - points[k]).x
        let d = (across < 0 ? -1 : 1) * nearest.distance / line.width
        let fold = (d - 2.3) / 1.5
        let value = ends * (0.3 * Elementary.exp(-fold * fold) - Elementary.exp(-d * d))
        let i = y * side + x
        shade.data[i][line.group] += value
      }
    }
  }
}
