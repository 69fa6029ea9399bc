import Avatar
import Fitting
import Head
import Linear
import Pixels

extension FaceSurface {
  /// Reach of a nostril's inside, cm; its middle lies this far above the middle of its rim.
  private static let nostril: Float = 1
  private static let rise: Float = 0.5
  /// Skin is lighter than this, from the nostril's dark (0) to the tip of the nose (1).
  private static let skinLight: Float = 0.4

  /// What the photo does not show of the nostrils' insides would get the colour of the nose before it, and shine when
  /// the head is raised: it gets the darkest colour of the nostril instead.
  mutating func darkenNostrils(
    rig: Rig, fit: RigFit, camera: Camera, photo: [Vector3], landmarks: [Vector3], picture: Plane4,
    region: PictureRegion
  ) {
    let face = rig.triangles(of: .face)
    let surface = DepthMap(
      points: rig.vertices(of: .face).map { Vector3(camera.project(photo[$0]), photo[$0].z) },
      triangles: Array(rig.triangles[face]))
    @inline(never)
    func hiding(_ p: Vector2, _ z: Float) -> Float { surface.sample(p) - z }
    let fine = Int(0.03 * camera.pixelsPerUnit * region.scale)
    for rim in [Landmark.nostrilRight, Landmark.nostrilLeft] {
      let dark = darkest(
        between: landmarks[rim[0]].xy, landmarks[rim[1]].xy, reach: 0.35 * camera.pixelsPerUnit, picture, region)
      let least = light(dark, fine, picture, region)
      let limit = least + Self.skinLight * (light(landmarks[Landmark.noseTip].xy, fine, picture, region) - least)
      let middle =
        (fit.position(rim[0], rig.neutral) + fit.position(rim[1], rig.neutral)) * 0.5 + Vector3(0, Self.rise, 0)
      func distance(_ i: Int) -> Float { (rig.neutral[i] - middle).xy.length }
      // Across triangles of which lit skin is seen no dark is drawn out: what of them is hidden has the darkest of what
      // is seen.
      // z up to 1: how light that is; 2: the surface faces the camera.
      var source = [Vector3](repeating: Vector3(dark, .infinity), count: rig.vertexCount)
      for t in stride(from: face.lowerBound, to: face.upperBound, by: 3) {
        func corner(_ k: Int) -> Int { Int(rig.triangles[t + k]) }
        if distance(corner(0)) > 1.5 * Self.nostril { continue }
        let (a, b, c) = (photo[corner(0)], photo[corner(1)], photo[corner(2)])
        guard (b - a).cross(c - a).dot(camera.ray(through: a)) > 0 else { continue }
        var lightest: Float = 0
        let unlit = Vector3(dark, 2)
        var darkest = unlit
        for u in 0...3 {
          for v in 0...3 - u {
            let p = c + ((a - c) * Float(u) + (b - c) * Float(v)) * (1 / 3)
            let pixel = camera.project(p)
            if hiding(pixel, p.z) > 0.15 { continue }
            let value = light(pixel, fine, picture, region)
            lightest = max(lightest, value)
            if value < darkest.z { darkest = Vector3(pixel, value) }
          }
        }
        if lightest < limit { darkest = unlit }
        for k in 0..<3 where darkest.z < source[corner(k)].z { source[corner(k)] = darkest }
      }
      for i in rig.vertices(of: .face) where distance(i) <= Self.nostril {
        let behind = Elementary.smoothstep(0.15, 0.35, hiding(camera.project(photo[i]), photo[i].z))
        let own = source[i]
        let hidden = own.z > 2 ? 1 : own.z < 2 ? 0.5 * behind : behind
        texture[i] += (own.xy - texture[i]) * hidden
      }
    }
  }

  @inline(never)
  private func light(_ p: Vector2, _ reach: Int, _ picture: Plane4, _ region: PictureRegion) -> Float {
    SkinTones.luminance(SkinTones.mean(picture, region.point(p), reach))
  }

  /// The photo pixel of the darkest spot near the middle of the line from `a` to `b`.
  private func darkest(
    between a: Vector2, _ b: Vector2, reach: Float, _ picture: Plane4, _ region: PictureRegion
  ) -> Vector2 {
    let middle = (a + b) * 0.5
    var best = middle
    var least = Float.greatestFiniteMagnitude
    let size = max(1, Int(0.25 * reach * region.scale))
    for y in -4...4 {
      for x in -4...4 {
        let p = middle + Vector2(Float(x), Float(y)) * (reach / 4)
        // Nearer spots are preferred a little.
        let value = light(p, size / 2, picture, region) + 0.01 * Vector2(Float(x), Float(y)).length
        if value < least {
          least = value
          best = p
        }
      }
    }
    return best
  }
}
