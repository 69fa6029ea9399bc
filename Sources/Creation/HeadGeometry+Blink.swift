import Avatar
import Head
import Linear

extension HeadGeometry {
  /// The part of the way to the lower rim that the upper lid travels: a little beyond it, over its wet edge.
  private static let upperShare: Float = 1.18
  /// The upper lid comes this far over the lower one, cm: no light must show between them.
  private static let overlap: Float = 0.03
  /// How far the outer corner goes down with the upper lid, cm, and from which share of the way to it on the line in which
  /// the lids meet follows. That the opening slants down as lids sink is measured in downward gaze (Read, Collins, Carney,
  /// Iskander, "The morphology of the palpebral fissure in different directions of vertical gaze", Optometry and Vision
  /// Science 83, 2006); by how much when they shut is what the landmark network reads best (docs/figures.md).
  private static let slant: (depth: Float, from: Float) = (0.42, 0.5)
  /// Beside the corners the skin moves up to this distance, cm.
  private static let sideReach: Float = 0.8
  /// How far a lid bulges over the eyeball half-way between rim and fold, cm.
  private static let bulge: Float = 0.1
  /// The lower lid's skin moves this far below its rim, cm.
  private static let lowerReach: Float = 0.9

  /// A blink that closes this person's eye: the lids meet on a smooth line near the lower rim, which ends below the outer
  /// corner. The upper lid unfolds from under the skin below the brow, which stays where it is.
  /// - Parameter reach: height of the skin that moves above the upper rim, cm (see `lidReach`).
  func blink(
    _ rig: Rig, _ camera: Camera, isLeft: Bool, _ upper: [UInt16], _ lower: [UInt16], reach: Float
  ) -> PersonalShape {
    let last = upper.count - 1
    let up = camera.rotation.c1
    let forward = camera.rotation.c2
    var meeting = upper.indices.map { k -> Vector3 in
      let u = neutral[Int(upper[k])]
      let l = neutral[Int(lower[k])]
      return l + (u - l) * (1 - Self.upperShare)
    }
    for _ in 0..<8 {
      let rough = meeting
      for k in 1..<last { meeting[k] = (rough[k - 1] + rough[k] * 2 + rough[k + 1]) * 0.25 }
    }
    // Contours run from the image's left to its right.
    let (inner, outer) = isLeft ? (0, last) : (last, 0)
    for k in meeting.indices {
      let along = Float(abs(k - inner)) / Float(last)
      meeting[k] -= up * (Self.slant.depth * Elementary.smoothstep(Self.slant.from, 1, along))
    }
    func travel(_ rim: [UInt16], _ offset: Float) -> [Vector3] {
      rim.indices.map { k in
        let way = meeting[k] - neutral[Int(rim[k])]
        return k == inner ? .zero : k == outer ? way : way + up * offset
      }
    }
    let upperTravel = travel(upper, -0.5 * Self.overlap)
    let lowerTravel = travel(lower, 0.5 * Self.overlap)
    let upperProfile = ContourProfile(upper, of: rig, values: upperTravel)
    let lowerProfile = ContourProfile(lower, of: rig, values: lowerTravel)
    let middle = ContourProfile(
      upper, of: rig,
      values: upper.indices.map { (rig.neutral[Int(upper[$0])] + rig.neutral[Int(lower[$0])]) * 0.5 })
    var deltas = [Vector3](repeating: .zero, count: rig.vertexCount)
    for i in 0..<rig.skinCount where (rig.neutral[i].x > 0) == isLeft {
      let distance = rig.fields.eyeDistance[i]
      let x = rig.neutral[i].x
      let beside = Elementary.smoothstep(Self.sideReach, 0, max(upperProfile.first - x, x - upperProfile.last))
      if distance > 1.2 || beside == 0 { continue }
      if rig.neutral[i].y > middle.value(at: x).y {
        let share = Elementary.smoothstep(reach, 0, distance)
        let way = upperProfile.value(at: x)
        let open = min(1, way.length)
        deltas[i] = way * (share * beside) + forward * (4 * share * (1 - share) * Self.bulge * open)
      } else {
        deltas[i] = lowerProfile.value(at: x) * (Elementary.smoothstep(Self.lowerReach, 0, distance) * beside)
      }
    }
    for k in upper.indices {
      deltas[Int(upper[k])] = upperTravel[k]
      deltas[Int(lower[k])] = lowerTravel[k]
    }
    let moved = deltas.indices.filter { deltas[$0].length > 1e-3 }
    return PersonalShape(indices: moved.map { UInt16($0) }, deltas: moved.map { deltas[$0] })
  }

  /// How far above the upper rim the skin of a closing lid is drawn from, cm: up to the fold, but never the brow.
  func lidReach(
    _ rig: Rig, _ fit: RigFit, _ camera: Camera, upper: [UInt16], brow: [Int]
  ) -> Float {
    let up = camera.rotation.c1
    let rim = ContourProfile(upper, of: rig, values: upper.map { neutral[Int($0)] })
    var height = Float.infinity
    for landmark in brow {
      let x = fit.position(landmark, rig.neutral).x
      guard x > rim.first, x < rim.last else { continue }
      height = min(height, (fit.position(landmark, neutral) - rim.value(at: x)).dot(up))
    }
    return max(0.35, min(0.75, 0.85 * height))
  }
}
