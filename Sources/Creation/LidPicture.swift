import Linear
import Pixels

/// What the photo would show round one eye if its lids were closed.
///
/// A closing lid unrolls from under its fold: brow, fold and what lies under the eye stay as the photo shows them. Between
/// the open eye's upper rim and the line in which the lids meet lies the lid itself, a smooth continuation of the skin
/// above and below with that skin's grain, ending in a line of lashes.
struct LidPicture {
  /// `LidGround.side` a side.
  private(set) var pixels: Plane4
  /// The rectangle of the photo (x, y, width, height) that it shows.
  let region: SIMD4<Float>
  /// The number of the further photo that showed it; nil: it is painted.
  private(set) var view: Int?

  /// A lid that a further photo shows shut.
  init(_ pixels: Plane4, region: SIMD4<Float>, view: Int) {
    self.pixels = pixels
    self.region = region
    self.view = view
  }

  /// A painted one.
  init(_ ground: LidGround, style: LidStyle) {
    pixels = ground.photo
    region = ground.region
    fill(ground, style)
    drawLashes(ground, style)
  }

  private mutating func fill(_ ground: LidGround, _ style: LidStyle) {
    let rim = ground.rim
    let blurred = ground.photo.gaussianBlurred(sigma: 0.03 * rim.width)
    for i in pixels.data.indices {
      let p = LidGround.centre(i)
      let line = rim.height(of: p) / rim.width
      let along = rim.along(p)
      let share = ground.share.data[i]
      if share > 0 {
        let height = max(0, line)
        // The skin's grain is that under the eye, mirrored.
        let mirrored = p + rim.down * ((2 * height + 0.2) * rim.width)
        let grain = (ground.photo.sample(mirrored) - blurred.sample(mirrored))
          .clamped(lowerBound: SIMD4(repeating: -0.04), upperBound: SIMD4(repeating: 0.04))
        // A lid bulges over the eyeball: darker under its fold and towards its corners.
        let top = max(height + max(0, -ground.upper.height(of: p) / rim.width), 0.05)
        let side = 2 * along - 1
        let light = style.gloss - style.shade * Elementary.smoothstep(0.3, 1, height / top) - 0.05 * min(1, side * side)
        pixels.data[i] += (Self.shaded(ground.skin.data[i], light) + grain - pixels.data[i]) * share
      }
      if line < 0 {
        pixels.data[i] *= 1 - style.lashShade * Self.lashShade(-line - style.lashDepth, along: along)
      }
      pixels.data[i] *= 1 - style.cornerShade * Self.cornerShade(line, along: along)
    }
  }

  /// Skin in shade is the more coloured: its weaker channels lose more.
  private static func shaded(_ skin: SIMD4<Float>, _ light: Float) -> SIMD4<Float> {
    let level = max(LidGround.luminance(skin), 0.02)
    var result = skin
    for k in 0..<3 {
      result[k] *= light * (1 + (light - 1) * Elementary.log(level / max(skin[k], 0.02)))
    }
    return result
  }

  /// The shadow of the lashes, `depth` widths of the eye under its darkest place, 0...1.
  private static func lashShade(_ depth: Float, along: Float) -> Float {
    let d = depth / 0.05
    return Elementary.exp(-d * d) * Elementary.smoothstep(-0.05, 0.1, along) * Elementary.smoothstep(1.1, 0.95, along)
  }

  /// The shadow of the socket beside the nose, `height` widths of the eye above the line, 0...1.
  private static func cornerShade(_ height: Float, along: Float) -> Float {
    let x = (along - 0.2) / 0.2
    let y = height / 0.2
    return Elementary.exp(-x * x - y * y)
  }

  /// The dark line in which the lids meet, and lashes below it.
  private mutating func drawLashes(_ ground: LidGround, _ style: LidStyle) {
    let rim = ground.rim
    func lift(_ along: Float) -> Float { style.lift * 4 * along * (1 - along) }
    var ink = Plane(width: pixels.width, height: pixels.height)
    for i in ink.data.indices {
      let p = LidGround.centre(i)
      let along = rim.along(p)
      if along < 0 || along > LidRim.end { continue }
      let height = rim.height(of: p) / rim.width - lift(along)
      let d = height / (style.line + style.lineGain * along) + 0.75
      let strength = max(0, min(1, 0.85 * (1 + style.lineFade * (1 - 2 * along))))
      ink.data[i] = strength * Elementary.exp(-d * d) * rim.line(along)
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
      var p = rim.point(along) - rim.down * (lift(along) * rim.width)
      let steps = 24
      for step in 0..<steps {
        let t = Float(step) / Float(steps)
        // Lashes leave the rim outwards and bend up again.
        let direction = rim.down * (1 - 0.8 * t) + rim.out * (lean * (0.6 + 0.8 * t))
        p += direction * (length / Float(steps))
        dab(&ink, p, radius: 0.008 * rim.width * (1 - 0.7 * t), strength: 0.7 * rim.lashes(along) * (1 - 0.5 * t))
      }
    }
    // Fair lashes, or a pale reflection: still a shadow between lids.
    let light = SkinTones.luminance(ground.lash)
    let colour = SIMD4(ground.lash * min(1, style.lineLight * ground.level / max(light, 0.01)), 0)
    for i in pixels.data.indices { pixels.data[i] += (colour - pixels.data[i]) * ink.data[i] }
  }

  private func dab(_ ink: inout Plane, _ p: Vector2, radius: Float, strength: Float) {
    let r = max(radius, 0.4)
    let reach = Int(2 * r) + 1
    let (cx, cy) = (Int(p.x), Int(p.y))
    for y in max(0, cy - reach)...max(0, min(ink.height - 1, cy + reach)) {
      for x in max(0, cx - reach)...max(0, min(ink.width - 1, cx + reach)) {
        let d = (Vector2(Float(x) + 0.5, Float(y) + 0.5) - p).length / r
        let i = y * ink.width + x
        ink.data[i] = max(ink.data[i], strength * Elementary.exp(-d * d) * min(1, radius / 0.4))
      }
    }
  }
}
