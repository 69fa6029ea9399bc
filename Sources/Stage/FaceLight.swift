import Avatar
import Head
import Linear

/// Ratio relighting: how much brighter or darker skin becomes as its normal turns in the photo's light.
///
/// The photo's luminance was fitted as a + b . n; a vertex is multiplied by shade(now) / shade(photo), weakened towards
/// the outline (where the sheet goes on unlit) and held to darkening round the eyes, where brightened lids would glow.
struct FaceLight {
  private let ambient: Float
  private let direction: Vector3
  private let photoShade: UnsafeMutableBufferPointer<Float>
  private let strength: UnsafeMutableBufferPointer<Float>
  private let least: UnsafeMutableBufferPointer<Float>
  private let most: UnsafeMutableBufferPointer<Float>

  init(_ avatar: Avatar, rig: Rig, normals: UnsafeMutableBufferPointer<Vector3>, arena: Arena) {
    let light = avatar.appearance.light
    ambient = light.x
    direction = Vector3(light.y, light.z, light.w)
    let face = rig.vertices(of: .face)
    let fields = rig.fields
    precondition(face.lowerBound == 0 && avatar.faceAlpha.count == face.count)
    photoShade = arena.buffer(face.count, 1)
    strength = arena.buffer(face.count, 0)
    least = arena.buffer(face.count, 1)
    most = arena.buffer(face.count, 1)
    for i in face {
      photoShade[i] = 1 / max(0.08, ambient + direction.dot(normals[i]))
      let inside = Elementary.smoothstep(1, 2.5, fields.edgeDistance[i])
      strength[i] = 0.6 * min(avatar.faceAlpha[i], inside)
      let away = Elementary.smoothstep(1.2, 2.2, fields.eyeDistance[i])
      least[i] = 0.85 + (0.55 - 0.85) * away
      most[i] = 1 + (1.35 - 1) * away
    }
  }

  @inline(__always) func ratio(_ vertex: Int, normal: Vector3) -> Float {
    let shade = max(0.08, ambient + direction.dot(normal)) * photoShade[vertex]
    let held = max(least[vertex], min(most[vertex], shade))
    return 1 + (held - 1) * strength[vertex]
  }
}
