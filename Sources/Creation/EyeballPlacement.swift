import Avatar
import Head
import Linear

/// Where an eyeball lies: as the fitted rig has it, but behind this person's lids, open or closing.
struct EyeballPlacement {
  var centre: Vector3
  var radius: Float

  /// The least distance of the lids' rims from the ball, cm.
  private static let clearance: Float = 0.04

  init(
    rig: Rig, camera: Camera, part: RigPart, eye: RigEye, rims: [[UInt16]], blink: PersonalShape,
    geometry: HeadGeometry
  ) {
    var offset = Vector3(0, 0, 0)
    let vertices = rig.vertices(of: part)
    for i in vertices { offset += geometry.neutral[i] - camera.place(rig.neutral[i]) }
    centre = camera.place(eye.centre) + offset / Float(vertices.count)
    radius = eye.radius

    var closing = [Vector3](repeating: .zero, count: rig.skinCount)
    for (k, index) in blink.indices.enumerated() where Int(index) < rig.skinCount {
      closing[Int(index)] = blink.deltas[k]
    }
    var room = Float.greatestFiniteMagnitude
    for rim in rims {
      for vertex in rim {
        for step in 0...4 {
          let p = geometry.neutral[Int(vertex)] + closing[Int(vertex)] * (Float(step) / 4)
          let x = p.x - centre.x
          let y = p.y - centre.y
          let square = radius * radius - x * x - y * y
          if square <= 0 { continue }
          room = min(room, p.z - centre.z - square.squareRoot() - Self.clearance)
        }
      }
    }
    if room < .greatestFiniteMagnitude { centre.z += max(-1, min(0.2, room)) }
  }
}
