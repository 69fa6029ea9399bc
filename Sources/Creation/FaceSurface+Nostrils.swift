import Avatar
import Head
import Linear
import Pixels

extension FaceSurface {
  /// Reach of a nostril from its middle, cm.
  private static let nostril: Float = 0.55

  /// What the photo does not show of the nostrils' insides would get the colour of the nose before it, and shine when
  /// the head is raised: it gets the darkest colour of the nostril instead.
  mutating func darkenNostrils(
    rig: Rig, fit: RigFit, camera: Camera, photo: [Vector3], landmarks: [Vector3], picture: Plane4,
    region: PictureRegion
  ) {
    let base = fit.position(Landmark.noseBase, rig.neutral)
    let right = fit.position(Landmark.alaRight, rig.neutral)
    let left = fit.position(Landmark.alaLeft, rig.neutral)
    let dark = [Landmark.alaRight, Landmark.alaLeft].map { ala in
      darkest(
        between: landmarks[ala].xy, landmarks[Landmark.noseBase].xy, reach: 0.4 * camera.pixelsPerUnit, picture, region)
    }
    let surface = depths(rig, camera, photo)
    var normals = [Vector3](repeating: .zero, count: rig.vertexCount)
    photo.withUnsafeBufferPointer { vertices in
      normals.withUnsafeMutableBufferPointer {
        rig.normals(
          of: vertices, triangles: rig.triangles(of: .face), vertices: rig.vertices(of: .face), into: $0)
      }
    }
    let middles = [right, left].map { ($0 + base) * 0.5 }
    for i in rig.vertices(of: .face) {
      let side = rig.neutral[i].x < base.x ? 0 : 1
      let distance = (rig.neutral[i] - middles[side]).xy.length
      guard distance < Self.nostril else { continue }
      let behind = surface.sample(camera.project(photo[i])) - photo[i].z
      let hidden = max(
        Elementary.smoothstep(0.1, -0.2, normals[i].z), Elementary.smoothstep(0.1, 0.3, behind))
      let share = hidden * Elementary.smoothstep(Self.nostril, 0.6 * Self.nostril, distance)
      if share > 0 { texture[i] += (dark[side] - texture[i]) * share }
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

  /// Depth of the nearest surface of the face over the photo, as a function.
  private func depths(_ rig: Rig, _ camera: Camera, _ photo: [Vector3]) -> DepthMap {
    DepthMap(
      points: rig.vertices(of: .face).map { Vector3(camera.project(photo[$0]), photo[$0].z) },
      triangles: Array(rig.triangles[rig.triangles(of: .face)]))
  }
}
