import Avatar
import Head
import Linear

extension HeadGeometry {
  /// Lays the face's border into the sheet, so that no step shows where the one fades into the other. Pixels stay.
  mutating func join(_ sheet: Sheet, rig: Rig, camera: Camera) {
    for i in rig.vertices(of: .face) {
      let share = 1 - Elementary.smoothstep(0.3, 2.6, rig.fields.edgeDistance[i])
      if share <= 0 { continue }
      let pixel = camera.project(photo[i])
      let depth = (sheet.depth(at: pixel) - photo[i].z) * share
      photo[i] = camera.unproject(pixel, z: photo[i].z + depth)
      neutral[i] = camera.unproject(camera.project(neutral[i]), z: neutral[i].z + depth)
    }
  }
}
