import Avatar
import Fitting
import Head
import Linear

extension HeadGeometry {
  /// How far the upper lip comes down to close a gap; the lower lip does the rest.
  private static let upperShare: Float = 0.4

  /// Closes the neutral lips: first softly with everything round the mouth, then exactly along the contact line.
  mutating func closeLips(_ rig: Rig, _ fit: RigFit) {
    var displacement = [Vector3](repeating: .zero, count: RigFit.landmarkCount)
    for _ in 0..<2 {
      for k in 1..<Landmark.innerUpper.count - 1 {
        let upper = Landmark.innerUpper[k]
        let lower = Landmark.innerLower[k]
        let gap = fit.position(upper, neutral) - fit.position(lower, neutral)
        displacement[upper] = gap * -Self.upperShare
        displacement[lower] = gap * (1 - Self.upperShare)
        displacement[Landmark.outerUpper[k]] = gap * (-Self.upperShare * 0.8)
        displacement[Landmark.outerLower[k]] = gap * ((1 - Self.upperShare) * 0.8)
      }
      neutral.withUnsafeMutableBufferPointer { vertices in
        // Teeth and gums stay where they are.
        let rigid = Array(vertices[rig.softCount...])
        fit.addWarp(displacement, of: rig, into: vertices)
        for i in rigid.indices { vertices[rig.softCount + i] = rigid[i] }
      }
    }
    let upper = rig.contours.upperLipInner
    let lower = rig.contours.lowerLipInner
    let gaps = upper.indices.map { neutral[Int(upper[$0])] - neutral[Int(lower[$0])] }
    let profile = ContourProfile(upper, of: rig, values: gaps)
    for i in 0..<rig.skinCount {
      let side = rig.fields.upperLip[i] * -Self.upperShare + rig.fields.lowerLip[i] * (1 - Self.upperShare)
      if side == 0 { continue }
      let fade = Elementary.smoothstep(0.9, 0.05, rig.fields.contactDistance[i])
      neutral[i] += profile.value(at: rig.neutral[i].x) * (side * fade)
    }
    // The rim itself, whatever the fields round it say.
    for k in upper.indices {
      let middle = neutral[Int(upper[k])] * (1 - Self.upperShare) + neutral[Int(lower[k])] * Self.upperShare
      neutral[Int(upper[k])] = middle
      neutral[Int(lower[k])] = middle
    }
  }

  /// Puts teeth, gums and tongue where they belong behind the closed lips: as deep against the contact line as in the rig,
  /// and as high as the rig's are seen from the front. A bowed head would hide the upper teeth behind the lip.
  /// - Parameter relaxed: the person's rig without expression and warp, in avatar space.
  mutating func seatMouth(_ rig: Rig, _ relaxed: [Vector3], _ camera: Camera) {
    let line = rig.contours.upperLipInner
    var lips = Vector3(0, 0, 0)
    let middle = line.count / 3..<line.count - line.count / 3
    for k in middle { lips += neutral[Int(line[k])] - relaxed[Int(line[k])] }
    lips *= 1 / Float(middle.count)
    let tooth = rig.vertices(of: .upperTeeth).lowerBound
    var shift = lips - (neutral[tooth] - relaxed[tooth])
    shift *= min(1, 0.8 / max(shift.length, 1e-6))
    moveMouth(rig, by: shift)

    let seen = Vector2(camera.rotation.c1.x, camera.rotation.c1.y)
    let up = seen * (1 / max(seen.length, 1e-6))
    let edge = rig.contours.upperTeethEdge.filter { abs(rig.neutral[Int($0)].x) < 1 }
    func height(_ vertices: [Vector3], _ up: Vector2) -> Float {
      func mean(_ line: some Collection<UInt16>) -> Float {
        line.reduce(0) { $0 + vertices[Int($1)].xy.dot(up) } / Float(line.count)
      }
      return mean(edge) - mean(line[middle])
    }
    let high = height(neutral, up) - height(rig.neutral, Vector2(0, 1))
    moveMouth(rig, by: camera.rotation.c1 * -max(-Self.mostSeating, min(Self.mostSeating, high)))
  }

  /// How far a bowed or raised head moves the teeth, cm.
  private static let mostSeating: Float = 0.3

  /// Moves teeth, gums and tongue; the upper gums by `gumShare` of it.
  mutating func moveMouth(_ rig: Rig, by shift: Vector3, gumShare: Float = 1) {
    let gums = rig.vertices(of: .gums)
    let edge = rig.neutral[Int(rig.contours.upperTeethEdge[0])].y
    for i in gums.lowerBound..<rig.vertices(of: .tongue).upperBound {
      let isUpperGum = gums.contains(i) && rig.neutral[i].y > edge
      let way = isUpperGum ? shift * gumShare : shift
      photo[i] += way
      neutral[i] += way
    }
  }
}
