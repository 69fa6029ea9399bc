import Linear
import Pixels

/// Where a pixel lies beside an eye, in widths of the eye.
struct EyePlace {
  /// From 0 at the inner to 1 at the outer corner.
  let along: Float
  /// Above the line in which the lids meet.
  let height: Float
  /// Above the open eye's upper rim, and below both its lower rim and the line.
  let over: Float
  let under: Float
}

/// The photo round one eye as skin: what a lid continues, and what the photo shows behind the open eye's lashes. Lengths
/// without a unit are in widths of the eye.
struct EyeSkin {
  /// Lids end so far over the open eye's upper and under its lower rim.
  static let above: Float = 0.17
  static let below: Float = 0.07
  /// Skin that a lid continues lies up to here above the upper and below the lower rim.
  private static let skinAbove: Float = 0.32
  private static let skinBelow: Float = 0.35
  /// Of a lid's hue, what is the whole eye's; of its light beyond the whole eye's, what is left out.
  private static let hueShare: Float = 0.6
  private static let excess: Float = 0.4
  /// The whole eye is no brighter than this, times the median of the skin next to it.
  private static let brightest: Float = 1.08
  /// What is darker by these factors than its surroundings, the mean under a Gaussian of this deviation, is no skin: a lash, a
  /// brow, a rim of glasses.
  private static let surroundings: Float = 0.15
  private static let strand: (surely: Float, not: Float) = (0.75, 0.9)
  /// Deviation of the Gaussian that smooths the skin that a lid continues.
  private static let smoothness: Float = 0.05
  /// Lashes darken their surroundings so far out.
  private static let fringe: Float = 0.025

  private let photo: Plane4
  private let places: [EyePlace]
  /// Pixels.
  private let width: Float
  /// Brightness of the whole eye's skin, 0...1.
  let level: Float
  /// The skin next to the eye, continued smoothly over it.
  private(set) var continued: Plane4

  /// - Parameters:
  ///   - width: of the eye, pixels.
  ///   - tone: colour of this eye's skin, 0...1 RGB.
  init(photo: Plane4, places: [EyePlace], width: Float, tone: Vector3) {
    self.photo = photo
    self.places = places
    self.width = width
    let near = places.map(Self.nearness)
    let tone = tone * min(1, Self.brightest * Self.median(photo, near, tone) / max(SkinTones.luminance(tone), 0.02))
    level = SkinTones.luminance(tone)
    continued = photo
    continued = smooth(weights: bare(near, tone: tone), tone: tone)
  }

  /// The photo without lashes: the upper ones up to `reach` above the rim and beyond the outer corner, and, where lids meet
  /// below the open eye's lower rim, the lower ones and the wet edge. Skin goes on there from what surrounds them.
  /// - Parameter area: 1 where they may go ... 0.
  func withoutLashes(reach: Float, within area: Plane) -> Plane4 {
    var lashes = Plane(width: photo.width, height: photo.height)
    for i in lashes.data.indices {
      let contrast = LidGround.luminance(photo.data[i]) / max(LidGround.luminance(continued.data[i]), 0.02)
      lashes.data[i] = Self.lash(places[i], contrast: contrast, reach: reach)
    }
    lashes = lashes.dilated(radius: max(1, Int((Self.fringe * width).rounded())))
      .gaussianBlurred(sigma: 0.016 * width)
    var known = photo
    for i in known.data.indices {
      let isEye = places[i].over < 0 && places[i].under < 0
      let c = photo.data[i]
      known.data[i] = SIMD4(c.x, c.y, c.z, 1) * (isEye ? 0 : 1 - lashes.data[i])
    }
    let skin = known.inpainted().gaussianBlurred(sigma: 0.012 * width)
    var bare = photo
    for i in bare.data.indices {
      bare.data[i] += (skin.data[i] - bare.data[i]) * (lashes.data[i] * area.data[i])
    }
    return bare
  }

  /// How surely a place shows lashes or the eye's wet edge, 0...1, `contrast` times as bright as the skin there.
  private static func lash(_ place: EyePlace, contrast: Float, reach: Float) -> Float {
    let dark = Elementary.smoothstep(0.88, 0.75, contrast)
    let isInside = Elementary.smoothstep(-0.12, 0.02, place.along)
    let upper =
      dark * Elementary.smoothstep(reach, 0.75 * reach, place.over) * Elementary.smoothstep(-0.16, -0.1, place.over)
      * Elementary.smoothstep(1.45, 1.25, place.along)
    if place.over >= 0 { return upper * isInside }
    let lower =
      max(dark, Elementary.smoothstep(1.15, 1.3, contrast)) * Elementary.smoothstep(-0.02, 0, place.height)
      * Elementary.smoothstep(0.2, 0.15, place.under) * Elementary.smoothstep(1.2, 1, place.along)
    return max(upper, lower) * isInside
  }

  /// How much a place belongs to the skin next to the eye, 0...1.
  private static func nearness(_ place: EyePlace) -> Float {
    place.over > 0
      ? Elementary.smoothstep(above - 0.05, above, place.over)
        * Elementary.smoothstep(skinAbove, skinAbove - 0.08, place.over)
      : Elementary.smoothstep(below - 0.03, below, place.under)
        * Elementary.smoothstep(skinBelow, skinBelow - 0.08, place.under)
  }

  /// The median brightness of the skin next to the eye, without brows.
  private static func median(_ photo: Plane4, _ near: [Float], _ tone: Vector3) -> Float {
    let level = SkinTones.luminance(tone)
    var values: [Float] = []
    for i in stride(from: 0, to: near.count, by: 7) where near[i] > 0.5 {
      let light = LidGround.luminance(photo.data[i])
      if light > 0.35 * level { values.append(light) }
    }
    if values.count < 20 { return level }
    values.sort()
    return values[values.count / 2]
  }

  /// How much of the places `near` the eye is bare skin, 0...1.
  private func bare(_ near: [Float], tone: Vector3) -> [Float] {
    let least = max(level, 0.02)
    let light = photo.data.map { LidGround.luminance($0) }
    // Neither hair nor glints ...
    var weights = near.indices.map {
      near[$0] * Elementary.smoothstep(0.15, 0.4, light[$0] / least)
        * Elementary.smoothstep(1.6, 1.3, light[$0] / least)
    }
    // ... nor lashes. Each round knows better what surrounds them.
    for _ in 0..<3 {
      let around = known(weights, tone: tone, rest: 4e-4).gaussianBlurred(sigma: Self.surroundings * width)
      for i in weights.indices where weights[i] > 0 {
        let usual = LidGround.luminance(around.data[i]) / max(around.data[i].w, 1e-6)
        weights[i] =
          near[i] * Elementary.smoothstep(Self.strand.surely, Self.strand.not, light[i] / max(usual, 0.02))
          * Elementary.smoothstep(1.6, 1.3, light[i] / least)
      }
    }
    return weights
  }

  /// The photo premultiplied with `weights`; where there is no skin at all, the tone of the whole with weight `rest`.
  private func known(_ weights: [Float], tone: Vector3, rest: Float) -> Plane4 {
    var known = photo
    for i in known.data.indices {
      let c = photo.data[i]
      known.data[i] = SIMD4(c.x, c.y, c.z, 1) * weights[i] + SIMD4(tone, 1) * (rest * (1 - weights[i]))
    }
    return known
  }

  /// A smooth continuation of the skin above and below the eye.
  private func smooth(weights: [Float], tone: Vector3) -> Plane4 {
    var below = SIMD4(tone, 1) * 0.004
    for i in weights.indices where places[i].over <= 0 {
      let c = photo.data[i]
      below += SIMD4(c.x, c.y, c.z, 1) * weights[i]
    }
    var skin = known(weights, tone: tone, rest: 0.004).inpainted().gaussianBlurred(sigma: Self.smoothness * width)
    let hue = below * (1 / max(LidGround.luminance(below), 1e-3))
    for i in skin.data.indices {
      // Hair and glints near the eye lend it neither their colour nor their light.
      let light = LidGround.luminance(skin.data[i])
      let limited = light - Self.excess * max(0, light - max(level, 0.02))
      let own = skin.data[i] * (limited / max(light, 0.02))
      skin.data[i] = own + (SIMD4(hue.x, hue.y, hue.z, 1) * limited - own) * Self.hueShare
    }
    return skin
  }
}
