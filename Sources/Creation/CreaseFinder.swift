import Avatar
import Head
import Linear
import Pixels

/// How deep the lines of this face are: what an expression folds once, age has folded often.
///
/// The forehead tells. Round the eyes and beside the mouth, hair, glasses and beards are taken for lines.
enum CreaseFinder {
  /// The forehead in the mean head's plane (x, y, width, height), cm, and pixels a cm.
  private static let forehead = SIMD4<Float>(-3.6, 6.7, 7.2, 2)
  private static let scale: Float = 16
  /// Deviation from the smooth forehead, as a share of its brightness, without and with deep lines.
  private static let smooth: Float = 0.015
  private static let furrowed: Float = 0.08

  /// 0...1.
  static func depth(rig: Rig, skin: SkinPicture) -> Float {
    let light = layout(rig, skin)
    let blurred = light.gaussianBlurred(sigma: 0.2 * scale)
    var unrest: [Float] = []
    for i in light.data.indices where light.data[i] > 0 {
      unrest.append(abs(light.data[i] / max(blurred.data[i], 0.02) - 1))
    }
    guard unrest.count > light.data.count / 4 else { return Appearance.usualCreases }
    // Single hairs and spots are no lines.
    unrest.sort()
    return Elementary.smoothstep(smooth, furrowed, unrest[unrest.count * 3 / 4])
  }

  /// The forehead's brightness; 0 where there is no skin, or hair or a shadow covers it.
  private static func layout(_ rig: Rig, _ skin: SkinPicture) -> Plane {
    var plane = Plane(width: Int(forehead.z * scale), height: Int(forehead.w * scale))
    let (width, height) = (plane.width, plane.height)
    let triangles = rig.triangles
    let least = 0.35 * SkinTones.luminance(skin.tone)
    func place(_ i: Int) -> Vector2 { (rig.neutral[i].xy - Vector2(forehead.x, forehead.y)) * scale }
    for t in stride(from: rig.triangles(of: .face).lowerBound, to: rig.triangles(of: .face).upperBound, by: 3) {
      let (a, b, c) = (Int(triangles[t]), Int(triangles[t + 1]), Int(triangles[t + 2]))
      let (pa, pb, pc) = (skin.texture[a], skin.texture[b], skin.texture[c])
      TriangleScan.pixels(place(a), place(b), place(c), width: width, height: height) { i, v, w in
        let colour = skin.colour(pa * (1 - v - w) + pb * v + pc * w)
        let light = SkinTones.luminance(Vector3(colour.x, colour.y, colour.z))
        plane.data[i] = light > least ? light : 0
      }
    }
    return plane
  }
}
