import Avatar
import Head
import Linear

extension HeadGeometry {
  /// The part of what is missing that the upper lid travels.
  private static let upperShare: Float = 0.85
  /// The upper lid comes this far over the lower one, cm: no light must show between them.
  private static let overlap: Float = 0.03

  /// The rig's blink made to fit: scaled by how far these lids are apart, then closed exactly.
  func blink(
    _ rig: Rig, _ camera: Camera, _ shape: Blendshape, _ upper: [UInt16], _ lower: [UInt16]
  ) -> PersonalShape {
    var deltas = [Vector3](repeating: .zero, count: rig.vertexCount)
    deltas.withUnsafeMutableBufferPointer { rig.addShape(shape, transform: camera.rotation, into: $0) }
    let factor = travelFactor(deltas, camera, upper, lower)
    for i in deltas.indices { deltas[i] *= factor }

    // What is left between each pair of rim vertices: the lids meet on a smooth line near the lower one.
    let last = upper.count - 1
    let up = camera.rotation.c1
    var meeting = upper.indices.map { k -> Vector3 in
      let u = neutral[Int(upper[k])] + deltas[Int(upper[k])]
      let l = neutral[Int(lower[k])] + deltas[Int(lower[k])]
      return l + (u - l) * (1 - Self.upperShare)
    }
    for _ in 0..<6 {
      let rough = meeting
      for k in 1..<last { meeting[k] = (rough[k - 1] + rough[k] * 2 + rough[k + 1]) * 0.25 }
    }
    func missing(_ rim: [UInt16], _ offset: Float) -> [Vector3] {
      rim.indices.map { k in
        let i = Int(rim[k])
        return k == 0 || k == last ? .zero : meeting[k] + up * offset - neutral[i] - deltas[i]
      }
    }
    let upperMissing = missing(upper, -0.5 * Self.overlap)
    let lowerMissing = missing(lower, 0.5 * Self.overlap)
    let upperProfile = ContourProfile(upper, of: rig, values: upperMissing)
    let lowerProfile = ContourProfile(lower, of: rig, values: lowerMissing)
    let left = shape == .eyeBlinkLeft
    let rimHeights = ContourProfile(
      upper, of: rig,
      values: upper.indices.map { (rig.neutral[Int(upper[$0])] + rig.neutral[Int(lower[$0])]) * 0.5 })
    for i in 0..<rig.skinCount where (rig.neutral[i].x > 0) == left {
      let distance = rig.fields.eyeDistance[i]
      let x = rig.neutral[i].x
      if distance > 1.2 || x < upperProfile.first - 0.3 || x > upperProfile.last + 0.3 { continue }
      let above = rig.neutral[i].y > rimHeights.value(at: x).y
      deltas[i] += (above ? upperProfile : lowerProfile).value(at: x) * Elementary.smoothstep(1.1, 0, distance)
    }
    for k in 1..<last {
      deltas[Int(upper[k])] = meeting[k] - up * (0.5 * Self.overlap) - neutral[Int(upper[k])]
      deltas[Int(lower[k])] = meeting[k] + up * (0.5 * Self.overlap) - neutral[Int(lower[k])]
    }
    let moved = deltas.indices.filter { deltas[$0].length > 1e-3 }
    return PersonalShape(indices: moved.map { UInt16($0) }, deltas: moved.map { deltas[$0] })
  }

  /// Median over the rim of (opening) / (what the rig's shape closes of it), within reason.
  private func travelFactor(_ deltas: [Vector3], _ camera: Camera, _ upper: [UInt16], _ lower: [UInt16]) -> Float {
    let up = camera.rotation.c1
    var factors: [Float] = []
    for k in 1..<upper.count - 1 {
      let u = Int(upper[k])
      let l = Int(lower[k])
      let open = (neutral[u] - neutral[l]).dot(up)
      let closed = (neutral[u] + deltas[u] - neutral[l] - deltas[l]).dot(up)
      if open - closed > 0.02 { factors.append(open / (open - closed)) }
    }
    if factors.isEmpty { return 1 }
    factors.sort()
    return max(0.5, min(1.3, factors[factors.count / 2]))
  }
}
