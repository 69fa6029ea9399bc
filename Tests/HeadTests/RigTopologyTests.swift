import Head
import Linear
import Testing

@Suite("The rig's mesh") struct RigTopologyTests {
  let rig = RigFiles.rig

  @Test(
    "is a manifold: no edge twice in the same direction, no triangle twice, none without area",
    arguments: RigPart.allCases)
  func manifold(part: RigPart) {
    let range = rig.triangles(of: part)
    var edges = Set<UInt32>()
    for t in stride(from: range.lowerBound, to: range.upperBound, by: 3) {
      let corners = rig.triangles[t..<t + 3].map { UInt32($0) }
      for k in 0..<3 {
        let edge = corners[k] << 16 | corners[(k + 1) % 3]
        #expect(edges.insert(edge).inserted, "edge twice in \(part)")
      }
      let p = corners.map { rig.neutral[Int($0)] }
      #expect((p[1] - p[0]).cross(p[2] - p[0]).length > 1e-4, "no area in \(part)")
    }
  }

  @Test("keeps every part to its own vertices, but for the rims they share")
  func parts() {
    let hole = Set(rig.contours.mouthHole)
    for part in RigPart.allCases {
      let own = rig.vertices(of: part)
      var used = Set<Int>()
      for v in rig.triangles[rig.triangles(of: part)].map(Int.init) {
        used.insert(v)
        switch part {
        case .mouthSocket: #expect(own.contains(v) || hole.contains(UInt16(v)))
        case .head: #expect(own.contains(v) || rig.contours.faceOutline.contains(UInt16(v)))
        default: #expect(own.contains(v))
        }
      }
      #expect(own.allSatisfy { used.contains($0) }, "an idle vertex in \(part)")
    }
  }

  @Test("has exactly the holes it should: outline, mouth and two eyes")
  func holes() {
    let range = rig.triangles(of: .face)
    var edges = Set<UInt32>()
    for t in stride(from: range.lowerBound, to: range.upperBound, by: 3) {
      for k in 0..<3 { edges.insert(UInt32(rig.triangles[t + k]) << 16 | UInt32(rig.triangles[t + (k + 1) % 3])) }
    }
    let open = edges.filter { !edges.contains($0 << 16 | $0 >> 16) }
    let contours = rig.contours
    let loops = [contours.faceOutline, contours.mouthHole, contours.eyeHoleLeft, contours.eyeHoleRight]
    #expect(open.count == loops.map(\.count).reduce(0, +))
    for loop in loops {
      for k in loop.indices {
        let a = UInt32(loop[k])
        let b = UInt32(loop[(k + 1) % loop.count])
        #expect(open.contains(a << 16 | b) || open.contains(b << 16 | a))
      }
      // Counter-clockwise as seen by the viewer.
      var area: Float = 0
      for k in loop.indices {
        let p = rig.neutral[Int(loop[k])]
        let q = rig.neutral[Int(loop[(k + 1) % loop.count])]
        area += p.x * q.y - p.y * q.x
      }
      #expect(area > 0)
    }
  }

  @Test("faces outwards, and no triangle of the face turns over by a shape at half weight")
  func orientation() {
    let range = rig.triangles(of: .face)
    var normals = rig.neutral
    rig.neutral.withUnsafeBufferPointer { neutral in
      normals.withUnsafeMutableBufferPointer {
        rig.normals(of: neutral, triangles: range, vertices: rig.vertices(of: .face), into: $0)
      }
    }
    let chin = rig.vertices(of: .face).filter { abs(rig.neutral[$0].x) < 3 && rig.fields.edgeDistance[$0] > 2 }
    #expect(chin.filter { normals[$0].z > 0 }.count > chin.count * 3 / 4)
    for blendshape in Blendshape.allCases where blendshape != .mouthClose {  // only with an open jaw
      var vertices = rig.neutral
      vertices.withUnsafeMutableBufferPointer { rig.addShape(blendshape, transform: .identity * 0.5, into: $0) }
      var turned = 0
      for t in stride(from: range.lowerBound, to: range.upperBound, by: 3) {
        let i = rig.triangles[t..<t + 3].map { Int($0) }
        let a = (rig.neutral[i[1]] - rig.neutral[i[0]]).cross(rig.neutral[i[2]] - rig.neutral[i[0]]).normalized
        let b = (vertices[i[1]] - vertices[i[0]]).cross(vertices[i[2]] - vertices[i[0]]).normalized
        if a.dot(b) < -0.34 { turned += 1 }
      }
      #expect(turned == 0, "\(blendshape) turns \(turned) triangles over")
    }
  }

  @Test("has contours that run from left to right, pair up and lie where they should")
  func contours() {
    let c = rig.contours
    for line in [
      c.upperLipOuter, c.lowerLipOuter, c.upperLipInner, c.lowerLipInner, c.upperLidLeft, c.lowerLidLeft,
      c.upperLidRight, c.lowerLidRight, c.upperTeethEdge,
    ] {
      let x = line.map { rig.neutral[Int($0)].x }
      #expect(zip(x, x.dropFirst()).allSatisfy { $0 < $1 })
    }
    for (upper, lower) in [
      (c.upperLipOuter, c.lowerLipOuter), (c.upperLipInner, c.lowerLipInner), (c.upperLidLeft, c.lowerLidLeft),
      (c.upperLidRight, c.lowerLidRight),
    ] {
      #expect(upper.count == lower.count && upper.first == lower.first && upper.last == lower.last)
      for (u, l) in zip(upper, lower).dropFirst().dropLast() {
        #expect(rig.neutral[Int(u)].y > rig.neutral[Int(l)].y)
        #expect(abs(rig.neutral[Int(u)].x - rig.neutral[Int(l)].x) < 0.25, "facing each other")
      }
    }
    #expect(rig.neutral[Int(c.upperLidLeft[0])].x > 0)
    #expect(rig.fields.eyeDistance[Int(c.upperLidLeft[5])] < 0.01)
    #expect(rig.fields.contactDistance[Int(c.upperLipInner[7])] == 0)
    #expect(rig.fields.lipDistance[Int(c.lowerLipInner[7])] == 0)
    #expect(rig.fields.upperLip[Int(c.upperLipInner[7])] == 1 && rig.fields.lowerLip[Int(c.upperLipInner[7])] == 0)
    for i in c.mouthHole { #expect(rig.fields.innerDepth[Int(i)] > 0.2 || i == c.mouthHole[0]) }
    for i in c.faceOutline { #expect(rig.fields.edgeDistance[Int(i)] == 0) }
  }
}
