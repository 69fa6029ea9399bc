import Avatar
import Fitting
import Head
import Linear
import Pixels

extension FaceSurface {
  /// Reach of a nostril's inside, cm; its middle lies this far above the middle of its rim.
  private static let nostril: Float = 1
  private static let rise: Float = 0.5

  /// What the photo does not show of the nostrils' insides would get the colour of the nose before it, and shine when
  /// the head is raised: it gets the darkest colour of the nostril instead.
  mutating func darkenNostrils(
    rig: Rig, fit: RigFit, camera: Camera, photo: [Vector3], landmarks: [Vector3], picture: Plane4,
    region: PictureRegion
  ) {
    var normals = [Vector3](repeating: .zero, count: rig.vertexCount)
    photo.withUnsafeBufferPointer { vertices in
      normals.withUnsafeMutableBufferPointer {
        rig.normals(
          of: vertices, triangles: rig.triangles(of: .face), vertices: rig.vertices(of: .face), into: $0)
      }
    }
    let surface = DepthMap(
      points: rig.vertices(of: .face).map { Vector3(camera.project(photo[$0]), photo[$0].z) },
      triangles: Array(rig.triangles[rig.triangles(of: .face)]))
    for rim in [Landmark.nostrilRight, Landmark.nostrilLeft] {
      let dark = darkest(
        between: landmarks[rim[0]].xy, landmarks[rim[1]].xy, reach: 0.35 * camera.pixelsPerUnit, picture, region)
      let middle =
        (fit.position(rim[0], rig.neutral) + fit.position(rim[1], rig.neutral)) * 0.5 + Vector3(0, Self.rise, 0)
      for i in rig.vertices(of: .face) {
        let distance = (rig.neutral[i] - middle).xy.length
        if distance > Self.nostril { continue }
        let behind = surface.sample(camera.project(photo[i])) - photo[i].z
        let hidden = max(
          Elementary.smoothstep(0.05, -0.25, normals[i].z), Elementary.smoothstep(0.15, 0.35, behind))
        let share = hidden * Elementary.smoothstep(Self.nostril, 0.8 * Self.nostril, distance)
        texture[i] += (dark - texture[i]) * share
      }
    }
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
        let c = SkinTones.mean(picture, region.point(p), size / 2)
        // Nearer spots are preferred a little.
        let value = SkinTones.luminance(c) + 0.01 * Vector2(Float(x), Float(y)).length
        if value < least {
          least = value
          best = p
        }
      }
    }
    return best
  }
}
