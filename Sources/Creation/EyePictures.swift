import Avatar
import Head
import Linear
import Pixels

/// The squares of one eye in the `eyes` atlas: what lies behind the lids' opening, without lids, and closed lids.
struct EyePictures {
  /// Pixels a side of the squares of sclera and iris.
  static let side = 128

  var sclera: Plane4
  /// Brightness of the white, 0...1.
  var white: Float
  var iris: Plane4
  var irisCentre: Vector2
  var irisRadius: Float
  var scleraRegion: SIMD4<Float>
  let lid: LidPicture

  init(
    photo: PixelBuffer, landmarks: [Vector3], upper: [Int], lower: [Int], iris index: Int, lid: LidPicture
  ) {
    self.lid = lid
    let outline = upper.map { landmarks[$0].xy } + lower[1..<lower.count - 1].reversed().map { landmarks[$0].xy }
    let centre = landmarks[index].xy
    var radius: Float = 0
    for k in 1...4 { radius += (landmarks[index + k].xy - centre).length * 0.25 }
    radius = max(radius, 1)
    var low = outline[0]
    var high = outline[0]
    for p in outline {
      low = Vector2(min(low.x, p.x), min(low.y, p.y))
      high = Vector2(max(high.x, p.x), max(high.y, p.y))
    }
    let extent = max(high.x - low.x + 0.5 * radius, high.y - low.y + 2.2 * radius)
    let corner = (low + high) * 0.5 - Vector2(extent, extent) * 0.5
    irisCentre = centre
    irisRadius = radius
    scleraRegion = SIMD4(corner.x, corner.y, extent, extent)

    let side = Self.side
    let picture = photo.resampled(scleraRegion, width: side, height: side)
    let scale = Float(side) / extent
    func local(_ p: Vector2) -> Vector2 { (p - corner) * scale }
    let eye = Plane(width: side, height: side, polygon: outline.map(local))
    (sclera, white) = Self.sclera(picture, eye, local(centre), radius * scale)
    iris = Self.iris(picture, eye, local(centre), radius * scale)
  }

  /// The white of the eye without iris, pupil, lashes and lids, which it continues behind.
  private static func sclera(
    _ picture: Plane4, _ eye: Plane, _ centre: Vector2, _ radius: Float
  ) -> (Plane4, brightness: Float) {
    let side = Self.side
    let inner = eye.eroded(radius: max(1, Int(radius * 0.14)))
    var usable: [Int] = []
    for y in 0..<side {
      for x in 0..<side {
        let i = y * side + x
        let distance = (Vector2(Float(x) + 0.5, Float(y) + 0.5) - centre).length / radius
        if inner.data[i] > 0.5 && distance > 1.12 { usable.append(i) }
      }
    }
    // The darker part are lashes, shadows and the rims of the lids.
    let sorted = usable.map { brightness(picture.data[$0]) }.sorted()
    let threshold = sorted.count > 20 ? sorted[sorted.count * 4 / 10] : 0
    var known = Plane4(width: side, height: side)
    var count = 0
    var level = sorted.isEmpty ? 0 : sorted[sorted.count * 8 / 10]
    for i in usable where brightness(picture.data[i]) > threshold {
      let c = picture.data[i]
      known.data[i] = SIMD4(c.x, c.y, c.z, 1)
      count += 1
    }
    // An eye all iris and lid: a plain white in the light of the skin round it.
    if count < 12 {
      let around = brightness(mean(picture))
      level = min(0.9, max(0.25, around * 1.15))
      let white = SIMD4<Float>(1, 0.97, 0.94, 0) * level
      for i in known.data.indices { known.data[i] = SIMD4(white.x, white.y, white.z, 1) }
    }
    return (known.inpainted().gaussianBlurred(sigma: 0.06 * radius), level)
  }

  /// A highlight is brighter than the iris round it by more than this; from the second on it's wholly one.
  private static let highlight: (from: Float, to: Float) = (0.12, 0.2)

  /// The iris, whole and without highlights, which stay with the light when it moves: what lids cover is its mirror image,
  /// or the median at that distance from the centre; the median is also what highlights cover.
  private static func iris(_ picture: Plane4, _ eye: Plane, _ centre: Vector2, _ radius: Float) -> Plane4 {
    let side = Self.side
    let visible = eye.eroded(radius: max(1, Int(radius * 0.2)))
    var colours = Plane4(width: side, height: side)
    var seen = [Bool](repeating: false, count: side * side)
    var rings = [[SIMD4<Float>]](repeating: [], count: 48)
    var ring = [Int](repeating: 0, count: side * side)
    var inside: [SIMD4<Float>] = []
    for y in 0..<side {
      for x in 0..<side {
        let i = y * side + x
        let q = (Vector2(Float(x) + 0.5, Float(y) + 0.5) * (2 / Float(side)) - Vector2(1, 1)) * Eye.irisSpan
        let p = centre + q * radius
        colours.data[i] = picture.sample(p)
        seen[i] = visible.sample(p) > 0.8
        ring[i] = min(47, Int(q.length / Eye.irisSpan * 24))
        if seen[i] {
          rings[ring[i]].append(colours.data[i])
          if q.length < 1 { inside.append(colours.data[i]) }
        }
      }
    }
    let whole = medianColour(inside) ?? SIMD4(0.24, 0.18, 0.14, 0)
    let medians = rings.map { $0.count > 2 ? medianColour($0) ?? whole : whole }
    var highlights = Plane(width: side, height: side)
    for i in highlights.data.indices where seen[i] && ring[i] < Int(24 / Eye.irisSpan) {
      let excess = brightness(colours.data[i]) - brightness(medians[ring[i]])
      highlights.data[i] = Elementary.smoothstep(highlight.from, highlight.to, excess)
    }
    highlights = highlights.dilated(radius: 3).gaussianBlurred(sigma: 1.5)
    for i in colours.data.indices {
      colours.data[i] += (medians[ring[i]] - colours.data[i]) * highlights.data[i]
    }
    var result = colours
    var hidden = Plane(width: side, height: side)
    for y in 0..<side {
      for x in 0..<side {
        let i = y * side + x
        if seen[i] { continue }
        hidden.data[i] = 1
        let mirror = (side - 1 - y) * side + x
        result.data[i] = medians[ring[i]]
        if seen[mirror] { result.data[i] = colours.data[mirror] * 0.6 + medians[ring[i]] * 0.4 }
      }
    }
    // No line where the two meet.
    let soft = result.gaussianBlurred(sigma: 1.6)
    let mix = hidden.gaussianBlurred(sigma: 2.7)
    for i in result.data.indices { result.data[i] += (soft.data[i] - result.data[i]) * mix.data[i] }
    return result
  }

  private static func brightness(_ c: SIMD4<Float>) -> Float { (c.x + c.y + c.z) / 3 }

  private static func mean(_ picture: Plane4) -> SIMD4<Float> {
    var sum = SIMD4<Float>.zero
    for c in picture.data { sum += c }
    return sum / Float(picture.data.count)
  }

  private static func medianColour(_ colours: [SIMD4<Float>]) -> SIMD4<Float>? {
    guard let median = SkinTones.median(colours.map { Vector3($0.x, $0.y, $0.z) }) else { return nil }
    return SIMD4(median, 0)
  }

  /// The `eyes` picture of an avatar (see `AvatarImage.eyes`).
  /// - Parameters:
  ///   - teeth: a row of its own, where there is one.
  ///   - sides: two rows of their own, where there are any.
  static func atlas(right: EyePictures, left: EyePictures, teeth: Plane4?, sides: Plane4?) -> PixelBuffer {
    let teethRow = side + LidGround.side
    let sidesRow = teethRow + (teeth?.height ?? 0)
    var atlas = Plane4(width: 4 * side, height: sidesRow + (sides?.height ?? 0))
    func lay(_ square: Plane4, _ column: Int, _ row: Int) {
      for y in 0..<square.height {
        for x in 0..<square.width {
          atlas.data[(row + y) * atlas.width + column + x] = square.data[y * square.width + x]
        }
      }
    }
    for (k, square) in [right.sclera, right.iris, left.sclera, left.iris].enumerated() { lay(square, k * side, 0) }
    lay(right.lid.pixels, 0, side)
    lay(left.lid.pixels, LidGround.side, side)
    if let teeth { lay(teeth, 0, teethRow) }
    if let sides { lay(sides, 0, sidesRow) }
    return atlas.rgb()
  }
}
