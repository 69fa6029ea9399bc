import Fitting
import Linear
import Pixels

/// Whether a face wears glasses: their bridge is a dark band across the ridge of the nose, where bare skin shades slowly.
enum GlassesFinder {
  /// Places along the ridge, and how far to both sides of one its surroundings reach.
  private static let count = 80
  private static let reach = 14
  /// Lines beside one another, and the half width of them all in distances between the outer eye corners.
  private static let lines = 7
  private static let halfWidth: Float = 0.05
  /// How much darker than its surroundings the darkest place is: bare noses reach 0.15, bridges begin at 0.37.
  private static let bare: Float = 0.2
  private static let bridge: Float = 0.32

  /// 0 none ... 1 glasses.
  /// - Parameter colour: at a photo pixel.
  static func glasses(_ landmarks: [Vector3], colour: (Vector2) -> SIMD4<Float>) -> Float {
    let top = landmarks[Landmark.betweenBrows].xy
    let bottom = landmarks[Landmark.noseRidge].xy
    let across = (landmarks[Landmark.leftUpper[0]] - landmarks[Landmark.rightUpper[0]]).xy * halfWidth
    var ridge: [[Float]] = []
    for line in 0..<lines {
      let aside = across * (2 * Float(line) / Float(lines - 1) - 1)
      ridge.append(
        (0..<count).map { k in
          let c = colour(top + (bottom - top) * (Float(k) / Float(count - 1)) + aside)
          return SkinTones.luminance(Vector3(c.x, c.y, c.z))
        })
    }
    var darkest: Float = 0
    for k in 1..<count - 1 {
      let darkness = ridge.map { light -> Float in
        let around = light[max(0, k - reach)..<min(count, k + reach + 1)].sorted()
        let usual = max(around[around.count / 2], 0.08)
        return 1 - (light[k - 1] + light[k] + light[k + 1]) / (3 * usual)
      }.sorted()
      darkest = max(darkest, darkness[lines / 2])
    }
    return Elementary.smoothstep(bare, bridge, darkest)
  }
}
