import Avatar
import Head
import Linear
import Pixels

/// What the photo would show round one eye if its lids were closed.
///
/// A closing lid unrolls from under its fold: brow, fold and what lies under the eye stay as the photo shows them. Between
/// the open eye's upper rim and the line in which the lids meet lies the lid itself, a smooth continuation of the skin
/// above and below with that skin's grain, ending in a line of lashes.
struct LidPicture {
  /// Pixels a side.
  static let side = 256
  /// Size of the square in widths of the eye.
  private static let extent: Float = 2.1
  /// Heights are in widths of the eye. The lid reaches this far over the open eye's rims, over its lashes and its wet
  /// edge: wholly, and fading out.
  private static let above: (whole: Float, none: Float) = (0.06, 0.17)
  private static let below: (whole: Float, none: Float) = (0, 0.07)
  /// Skin that the lid continues lies up to here above the upper and below the lower rim.
  private static let skinAbove: Float = 0.32
  private static let skinBelow: Float = 0.35

  /// Of the lid's hue, what is the whole eye's; of its light beyond the whole eye's, what is left out.
  private static let hueShare: Float = 0.6
  private static let excess: Float = 0.4

  var pixels: Plane4
  /// The rectangle of the photo (x, y, width, height) that it shows.
  var region: SIMD4<Float>

  /// The line in which the lids meet, and the open eye's rims.
  private let rim: LidRim
  private let upper: LidRim
  private let lower: LidRim

  /// - Parameters:
  ///   - upper, lower: the rims' vertices.
  ///   - tone: colour of this eye's skin, 0...1 RGB.
  init(
    rig: Rig, camera: Camera, neutral: [Vector3], blink: PersonalShape, upper upperRim: [UInt16],
    lower lowerRim: [UInt16], skin: SkinPicture, tone: Vector3, isLeft: Bool
  ) {
    var closed = neutral
    for (k, i) in blink.indices.enumerated() { closed[Int(i)] += blink.deltas[k] }
    let line = upperRim.map { camera.project(closed[Int($0)]) }
    let middle = (line[0] + line[line.count - 1]) * 0.5
    let width = max(4, (line[line.count - 1] - line[0]).length)
    let size = width * Self.extent
    let corner = middle - Vector2(size, size) * 0.5
    region = SIMD4(corner.x, corner.y, size, size)
    let scale = Float(Self.side) / size
    func contour(_ rim: [UInt16], _ positions: [Vector3]) -> LidRim {
      let local = rim.map { (camera.project(positions[Int($0)]) - corner) * scale }
      return LidRim(line: isLeft ? local : local.reversed())
    }
    rim = contour(upperRim, closed)
    upper = contour(upperRim, neutral)
    lower = contour(lowerRim, neutral)

    let warp = Self.warp(rig, isLeft: isLeft, texture: skin.texture) {
      (camera.project(neutral[$0]) - corner) * scale
    }
    pixels = Plane4(width: Self.side, height: Self.side)
    for i in pixels.data.indices {
      pixels.data[i] = skin.colour(Vector2(warp.data[i].x, warp.data[i].y))
    }
    fill(continuedSkin(tone: tone))
    drawLashes(Self.lashColour(rig, camera, neutral, upperRim, skin, tone))
  }

  /// Per pixel of the open eye: the photo pixel that shows there (x, y).
  private static func warp(
    _ rig: Rig, isLeft: Bool, texture: [Vector2], place: (Int) -> Vector2
  ) -> Plane4 {
    let side = Self.side
    var known = Plane4(width: side, height: side)
    let triangles = rig.triangles
    func value(_ i: Int) -> SIMD4<Float> { SIMD4(texture[i].x, texture[i].y, 0, 1) }
    for t in stride(from: rig.triangles(of: .face).lowerBound, to: rig.triangles(of: .face).upperBound, by: 3) {
      let (a, b, c) = (Int(triangles[t]), Int(triangles[t + 1]), Int(triangles[t + 2]))
      let isNear = [a, b, c].allSatisfy { rig.fields.eyeDistance[$0] < 3 && (rig.neutral[$0].x > 0) == isLeft }
      guard isNear else { continue }
      let (va, vb, vc) = (value(a), value(b), value(c))
      TriangleScan.pixels(place(a), place(b), place(c), width: side, height: side) { i, v, w in
        known.data[i] = va * (1 - v - w) + vb * v + vc * w
      }
    }
    return known.inpainted()
  }

  /// A smooth continuation of the skin above and below the eye.
  private func continuedSkin(tone: Vector3) -> Plane4 {
    let level = max(SkinTones.luminance(tone), 0.02)
    var known = Plane4(width: Self.side, height: Self.side)
    var below = SIMD4(tone, 1) * 0.004
    for i in pixels.data.indices {
      let (over, under) = heights(of: Self.centre(i))
      let c = pixels.data[i]
      let light = Self.luminance(c) / level
      // Neither hair and lashes nor glints.
      let isSkin = Elementary.smoothstep(0.15, 0.4, light) * Elementary.smoothstep(1.6, 1.3, light)
      let isNear =
        over > 0
        ? Elementary.smoothstep(Self.above.none - 0.05, Self.above.none, over)
          * Elementary.smoothstep(Self.skinAbove, Self.skinAbove - 0.08, over)
        : Elementary.smoothstep(Self.below.none - 0.03, Self.below.none, under)
          * Elementary.smoothstep(Self.skinBelow, Self.skinBelow - 0.08, under)
      let weight = isSkin * isNear
      // Where there is no skin at all, the tone of the whole.
      known.data[i] = SIMD4(c.x, c.y, c.z, 1) * weight + SIMD4(tone, 1) * (0.004 * (1 - weight))
      if over <= 0 { below += SIMD4(c.x, c.y, c.z, 1) * weight }
    }
    var skin = known.inpainted().gaussianBlurred(sigma: 0.05 * rim.width)
    let hue = below * (1 / max(Self.luminance(below), 1e-3))
    for i in skin.data.indices {
      // Hair and glints near the eye lend it neither their colour nor their light.
      let light = Self.luminance(skin.data[i])
      let limited = light - Self.excess * max(0, light - level)
      let own = skin.data[i] * (limited / max(light, 0.02))
      skin.data[i] = own + (SIMD4(hue.x, hue.y, hue.z, 1) * limited - own) * Self.hueShare
    }
    return skin
  }

  /// Paints the lid in colours of `skin`.
  private mutating func fill(_ skin: Plane4) {
    let source = pixels
    let blurred = pixels.gaussianBlurred(sigma: 0.03 * rim.width)
    for i in pixels.data.indices {
      let p = Self.centre(i)
      let contrast = Self.luminance(source.data[i]) / max(Self.luminance(skin.data[i]), 0.02)
      let share = share(at: p, contrast: contrast)
      guard share > 0 else { continue }
      let height = max(0, rim.height(of: p)) / rim.width
      // The skin's grain is that under the eye, mirrored.
      let mirrored = p + rim.down * ((2 * height + 0.2) * rim.width)
      let grain = (source.sample(mirrored) - blurred.sample(mirrored))
        .clamped(lowerBound: SIMD4(repeating: -0.04), upperBound: SIMD4(repeating: 0.04))
      // A lid bulges over the eyeball: darker under its fold and towards its corners.
      let top = max(height + max(0, -heights(of: p).over), 0.05)
      let side = 2 * rim.along(p) - 1
      let light = 1.08 - 0.14 * Elementary.smoothstep(0.3, 1, height / top) - 0.05 * min(1, side * side)
      pixels.data[i] += (Self.shaded(skin.data[i], light) + grain - pixels.data[i]) * share
    }
  }

  /// Skin in shade is the more coloured: its weaker channels lose more.
  private static func shaded(_ skin: SIMD4<Float>, _ light: Float) -> SIMD4<Float> {
    let level = max(luminance(skin), 0.02)
    var result = skin
    for k in 0..<3 {
      result[k] *= light * (1 + (light - 1) * Elementary.log(level / max(skin[k], 0.02)))
    }
    return result
  }

  /// How much of the lid a place shows, 0...1, the photo showing `contrast` times the brightness of the skin there.
  private func share(at p: Vector2, contrast: Float) -> Float {
    let (over, under) = heights(of: p)
    let along = rim.along(p)
    let lid =
      Elementary.smoothstep(Self.above.none, Self.above.whole, over)
      * Elementary.smoothstep(Self.below.none, Self.below.whole, under)
    // Lashes that reach further up go, the fold loses some of its depth.
    let lashes = Elementary.smoothstep(0.92, 0.75, contrast) * Elementary.smoothstep(0.28, 0.2, over)
    let unfolding = 0.5 * Elementary.smoothstep(0.3, 0.2, over)
    let around = max(lashes, unfolding) * Elementary.smoothstep(-0.05, 0, over)
    // At the corners, which do not move, the photo's own skin and lashes stay.
    return max(lid, around) * Elementary.smoothstep(-0.12, 0.02, along) * Elementary.smoothstep(1.28, 1.08, along)
  }

  /// Heights over the open eye's upper rim, and under its lower one and the line in which the lids meet.
  private func heights(of p: Vector2) -> (over: Float, under: Float) {
    (upper.height(of: p) / rim.width, -min(lower.height(of: p), rim.height(of: p)) / rim.width)
  }

  private static func luminance(_ c: SIMD4<Float>) -> Float { SkinTones.luminance(Vector3(c.x, c.y, c.z)) }

  private static func centre(_ i: Int) -> Vector2 { Vector2(Float(i % side) + 0.5, Float(i / side) + 0.5) }

  /// The colour of the photo's own lash line: the mean of what is darkest at the upper rim.
  private static func lashColour(
    _ rig: Rig, _ camera: Camera, _ open: [Vector3], _ upper: [UInt16], _ skin: SkinPicture, _ tone: Vector3
  ) -> Vector3 {
    let down = camera.rotation.c1 * -1
    var sum = Vector3(0, 0, 0)
    var count: Float = 0
    for k in upper.count / 5..<upper.count - upper.count / 5 {
      let colours = (-4...4).map { step -> Vector3 in
        let c = skin.colour(camera.project(open[Int(upper[k])] + down * (Float(step) * 0.03)))
        return Vector3(c.x, c.y, c.z)
      }
      sum += colours.min { SkinTones.luminance($0) < SkinTones.luminance($1) }!
      count += 1
    }
    let mean = sum / count
    // Fair lashes, or a pale reflection: still a shadow between lids.
    return mean * min(1, 0.45 * SkinTones.luminance(tone) / max(SkinTones.luminance(mean), 0.01))
  }

  /// The dark line in which the lids meet, and lashes below it.
  private mutating func drawLashes(_ colour: Vector3) {
    var ink = Plane(width: Self.side, height: Self.side)
    for i in ink.data.indices {
      let p = Self.centre(i)
      let along = rim.along(p)
      if along < 0 || along > 1 { continue }
      let height = rim.height(of: p) / rim.width
      let thickness = 0.015 + 0.02 * along
      let d = height / thickness + 0.75
      ink.data[i] = 0.85 * Elementary.exp(-d * d) * rim.taper(along)
    }
    var chance = UInt32(7)
    func random() -> Float {
      chance = chance &* 1_664_525 &+ 1_013_904_223
      return Float(chance >> 8) / Float(1 << 24)
    }
    let count = 40
    for k in 0..<count {
      let along = 0.08 + 0.88 * (Float(k) + random()) / Float(count)
      let length = (0.07 + 0.09 * along) * (0.7 + 0.5 * random()) * rim.width
      let lean = -0.25 + 1.15 * along + 0.3 * (random() - 0.5)
      var p = rim.point(along)
      let steps = 10
      for step in 0..<steps {
        let t = Float(step) / Float(steps)
        // Lashes leave the rim outwards and bend up again.
        let direction = rim.down * (1 - 0.8 * t) + rim.out * (lean * (0.6 + 0.8 * t))
        p += direction * (length / Float(steps))
        dab(&ink, p, radius: 0.008 * rim.width * (1 - 0.7 * t), strength: 0.7 * rim.taper(along) * (1 - 0.5 * t))
      }
    }
    for i in pixels.data.indices { pixels.data[i] += (SIMD4(colour, 0) - pixels.data[i]) * ink.data[i] }
  }

  private func dab(_ ink: inout Plane, _ p: Vector2, radius: Float, strength: Float) {
    let r = max(radius, 0.4)
    let reach = Int(2 * r) + 1
    let (cx, cy) = (Int(p.x), Int(p.y))
    for y in max(0, cy - reach)...max(0, min(Self.side - 1, cy + reach)) {
      for x in max(0, cx - reach)...max(0, min(Self.side - 1, cx + reach)) {
        let d = (Vector2(Float(x) + 0.5, Float(y) + 0.5) - p).length / r
        let i = y * Self.side + x
        ink.data[i] = max(ink.data[i], strength * Elementary.exp(-d * d) * min(1, radius / 0.4))
      }
    }
  }
}
