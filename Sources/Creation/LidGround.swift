import Avatar
import Head
import Linear
import Pixels

/// What a closed lid is painted on and with: the photo round one eye as the neutral face shows it, and the skin that
/// would lie where the eye is.
struct LidGround {
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
  /// So far above the upper rim lashes go and the fold loses some of its depth: no more than this share of the skin that
  /// moves, which ends below the brow.
  private static let unfolding: Float = 0.28
  private static let browShare: Float = 0.9
  /// Under a brow that overhangs it the lid fades within two of these, widths of the eye.
  private static let browFade: Float = 0.03

  /// Of the lid's hue, what is the whole eye's; of its light beyond the whole eye's, what is left out.
  private static let hueShare: Float = 0.6
  private static let excess: Float = 0.4
  /// The whole eye is no brighter than this, times the median of the skin next to it.
  private static let brightest: Float = 1.08

  /// The rectangle of the photo (x, y, width, height) that it shows.
  let region: SIMD4<Float>
  let photo: Plane4
  let skin: Plane4
  /// Where the lid is, 0...1.
  let share: Plane
  /// Brightness of the whole eye's skin, 0...1.
  let level: Float
  /// The colour of the photo's own lash line: the mean of what is darkest at the upper rim.
  let lash: Vector3

  /// The line in which the lids meet, and the open eye's upper rim.
  let rim: LidRim
  let upper: LidRim

  /// - Parameters:
  ///   - upper, lower: the rims' vertices.
  ///   - reach: height above the upper rim of the skin that moves, cm (see `HeadGeometry.lidReach`).
  ///   - tone: colour of this eye's skin, 0...1 RGB.
  init(
    rig: Rig, camera: Camera, neutral: [Vector3], blink: PersonalShape, upper upperRim: [UInt16],
    lower lowerRim: [UInt16], reach: Float, skin picture: SkinPicture, tone: Vector3, isLeft: Bool
  ) {
    var closed = neutral
    for (k, i) in blink.indices.enumerated() { closed[Int(i)] += blink.deltas[k] }
    let line = upperRim.map { camera.project(closed[Int($0)]) }
    let middle = (line[0] + line[line.count - 1]) * 0.5
    let width = max(4, (line[line.count - 1] - line[0]).length)
    let size = width * Self.extent
    let corner = middle - Vector2(size, size) * 0.5
    let scale = Float(Self.side) / size
    func contour(_ rim: [UInt16], _ positions: [Vector3]) -> LidRim {
      let local = rim.map { (camera.project(positions[Int($0)]) - corner) * scale }
      return LidRim(line: isLeft ? local : local.reversed())
    }
    let rim = contour(upperRim, closed)
    let upper = contour(upperRim, neutral)
    let lower = contour(lowerRim, neutral)

    let warp = Self.warp(rig, neutral, isLeft: isLeft, texture: picture.texture, forward: camera.rotation.c2) {
      (camera.project(neutral[$0]) - corner) * scale
    }
    var photo = Plane4(width: Self.side, height: Self.side)
    var heights = [(over: Float, under: Float)](repeating: (0, 0), count: photo.data.count)
    for i in photo.data.indices {
      photo.data[i] = picture.colour(Vector2(warp.data[i].x, warp.data[i].y))
      let p = Self.centre(i)
      heights[i] = (upper.height(of: p) / rim.width, -min(lower.height(of: p), rim.height(of: p)) / rim.width)
    }
    let near = heights.map(Self.nearness)
    let tone = tone * min(1, Self.brightest * Self.median(photo, near, tone) / max(SkinTones.luminance(tone), 0.02))
    skin = Self.continued(photo, near, heights, tone: tone, sigma: 0.05 * rim.width)
    level = SkinTones.luminance(tone)

    var share = Plane(width: Self.side, height: Self.side)
    let limit = min(Self.unfolding, Self.browShare * reach * camera.pixelsPerUnit / width)
    // A brow overhangs the lids of a bowed head: where it ends, a step of the surface, the lid must be the photo.
    let aside = warp.gaussianBlurred(sigma: Self.browFade * rim.width)
    for i in share.data.indices {
      let p = Self.centre(i)
      let contrast = Self.luminance(photo.data[i]) / max(Self.luminance(skin.data[i]), 0.02)
      let beyond = Elementary.smoothstep(0.85, 1, upper.along(p))
      let lid = Self.share(heights[i], along: rim.along(p), beyond: beyond, contrast: contrast, limit: limit)
      // Where the lids meet below the open eye's lower rim, its lashes and its wet edge go.
      let strange = max(Elementary.smoothstep(0.9, 0.75, contrast), Elementary.smoothstep(1.15, 1.3, contrast))
      let height = rim.height(of: p) / rim.width
      let edge = strange * Elementary.smoothstep(0, 0.02, height) * Elementary.smoothstep(0.2, 0.15, heights[i].under)
      share.data[i] =
        max(lid, heights[i].over < 0 ? edge : 0)
        * max(Elementary.smoothstep(0.8, 0.6, aside.data[i].z), Elementary.smoothstep(0, -0.03, heights[i].over))
    }
    self.share = share
    lash = Self.lash(camera, neutral, upperRim, picture)
    region = SIMD4(corner.x, corner.y, size, size)
    self.photo = photo
    self.rim = rim
    self.upper = upper
  }

  /// Per pixel of the open eye: the photo pixel that shows there (x, y), and how far from the lids' rims the skin in front
  /// lies there (z, cm).
  /// - Parameter forward: unit vector towards the camera.
  private static func warp(
    _ rig: Rig, _ positions: [Vector3], isLeft: Bool, texture: [Vector2], forward: Vector3, place: (Int) -> Vector2
  ) -> Plane4 {
    let side = Self.side
    var known = Plane4(width: side, height: side)
    var nearest = [Float](repeating: -.infinity, count: side * side)
    let triangles = rig.triangles
    func value(_ i: Int) -> SIMD4<Float> { SIMD4(texture[i].x, texture[i].y, rig.fields.eyeDistance[i], 1) }
    for t in stride(from: rig.triangles(of: .face).lowerBound, to: rig.triangles(of: .face).upperBound, by: 3) {
      let (a, b, c) = (Int(triangles[t]), Int(triangles[t + 1]), Int(triangles[t + 2]))
      let isNear = [a, b, c].allSatisfy { rig.fields.eyeDistance[$0] < 3 && (rig.neutral[$0].x > 0) == isLeft }
      guard isNear else { continue }
      let (va, vb, vc) = (value(a), value(b), value(c))
      let depth = SIMD3(positions[a].dot(forward), positions[b].dot(forward), positions[c].dot(forward))
      TriangleScan.pixels(place(a), place(b), place(c), width: side, height: side) { i, v, w in
        let front = depth.x * (1 - v - w) + depth.y * v + depth.z * w
        if front <= nearest[i] { return }
        nearest[i] = front
        known.data[i] = va * (1 - v - w) + vb * v + vc * w
      }
    }
    return known.inpainted()
  }

  /// How much a place belongs to the skin next to the eye, 0...1.
  private static func nearness(_ height: (over: Float, under: Float)) -> Float {
    height.over > 0
      ? Elementary.smoothstep(above.none - 0.05, above.none, height.over)
        * Elementary.smoothstep(skinAbove, skinAbove - 0.08, height.over)
      : Elementary.smoothstep(below.none - 0.03, below.none, height.under)
        * Elementary.smoothstep(skinBelow, skinBelow - 0.08, height.under)
  }

  /// The median brightness of the skin next to the eye, without brows.
  private static func median(_ photo: Plane4, _ near: [Float], _ tone: Vector3) -> Float {
    let level = SkinTones.luminance(tone)
    var values: [Float] = []
    for i in stride(from: 0, to: near.count, by: 7) where near[i] > 0.5 {
      let light = luminance(photo.data[i])
      if light > 0.35 * level { values.append(light) }
    }
    if values.count < 20 { return level }
    values.sort()
    return values[values.count / 2]
  }

  /// A smooth continuation of the skin above and below the eye.
  private static func continued(
    _ photo: Plane4, _ near: [Float], _ heights: [(over: Float, under: Float)], tone: Vector3, sigma: Float
  ) -> Plane4 {
    let level = max(SkinTones.luminance(tone), 0.02)
    var known = Plane4(width: side, height: side)
    var below = SIMD4(tone, 1) * 0.004
    for i in photo.data.indices {
      let c = photo.data[i]
      let light = luminance(c) / level
      // Neither hair and lashes nor glints.
      let isSkin = Elementary.smoothstep(0.15, 0.4, light) * Elementary.smoothstep(1.6, 1.3, light)
      let weight = isSkin * near[i]
      // Where there is no skin at all, the tone of the whole.
      known.data[i] = SIMD4(c.x, c.y, c.z, 1) * weight + SIMD4(tone, 1) * (0.004 * (1 - weight))
      if heights[i].over <= 0 { below += SIMD4(c.x, c.y, c.z, 1) * weight }
    }
    var skin = known.inpainted().gaussianBlurred(sigma: sigma)
    let hue = below * (1 / max(luminance(below), 1e-3))
    for i in skin.data.indices {
      // Hair and glints near the eye lend it neither their colour nor their light.
      let light = luminance(skin.data[i])
      let limited = light - excess * max(0, light - level)
      let own = skin.data[i] * (limited / max(light, 0.02))
      skin.data[i] = own + (SIMD4(hue.x, hue.y, hue.z, 1) * limited - own) * hueShare
    }
    return skin
  }

  /// How much of the lid a place shows, 0...1, the photo showing `contrast` times the brightness of the skin there.
  /// - Parameter beyond: 1 beyond the open eye's outer corner.
  private static func share(
    _ height: (over: Float, under: Float), along: Float, beyond: Float, contrast: Float, limit: Float
  ) -> Float {
    let (over, under) = height
    let lid =
      Elementary.smoothstep(max(above.whole + 0.03, min(above.none, limit)), above.whole, over)
      * Elementary.smoothstep(below.none, below.whole, under)
    // Lashes that reach further up go, the fold loses some of its depth.
    let lashes = Elementary.smoothstep(0.92, 0.75, contrast) * Elementary.smoothstep(limit, 0.5 * limit, over)
    let unfolding = 0.5 * Elementary.smoothstep(limit, 0.5 * limit, over)
    let around = max(lashes, unfolding) * Elementary.smoothstep(-0.05, 0, over)
    // At the corners, which do not move, the photo's own skin stays, but not the upper lashes that reach beyond.
    let whole = max(lid, around) * Elementary.smoothstep(-0.12, 0.02, along) * Elementary.smoothstep(1.28, 1.08, along)
    let tips =
      beyond * Elementary.smoothstep(0.8, 0.65, contrast) * Elementary.smoothstep(limit, 0.5 * limit, over)
      * Elementary.smoothstep(-0.16, -0.1, over) * Elementary.smoothstep(1.45, 1.25, along)
    return max(whole, tips)
  }

  private static func lash(_ camera: Camera, _ open: [Vector3], _ upper: [UInt16], _ skin: SkinPicture) -> Vector3 {
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
    return sum / count
  }

  static func luminance(_ c: SIMD4<Float>) -> Float { SkinTones.luminance(Vector3(c.x, c.y, c.z)) }

  static func centre(_ i: Int) -> Vector2 { Vector2(Float(i % side) + 0.5, Float(i / side) + 0.5) }
}
