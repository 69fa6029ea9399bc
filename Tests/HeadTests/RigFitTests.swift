import Head
import Linear
import Testing

@Suite("The rig's fit") struct RigFitTests {
  let rig = RigFiles.rig

  func landmarks(on vertices: [Vector3]) -> [Vector3] {
    vertices.withUnsafeBufferPointer { v in rig.fit!.landmarks.map { $0.position(on: v) } }
  }

  @Test("has the 468 landmarks on the face, with weights that sum to one")
  func landmarks() throws {
    let fit = try #require(rig.fit)
    #expect(fit.landmarks.count == 468)
    for landmark in fit.landmarks {
      #expect(abs(landmark.weights.x + landmark.weights.y + landmark.weights.z - 1) < 1e-4)
      #expect(landmark.weights.min() >= 0)
    }
    let p = landmarks(on: rig.neutral)
    #expect(abs(p[1].x) < 0.05 && p[1].z > 12, "1 is the tip of the nose")
    #expect(p[263].x > 4 && p[33].x < -4, "263 is the subject's left outer eye corner")
    #expect(p[152].y < -7 && p[10].y > 7, "152 is the chin, 10 the forehead")
    // MediaPipe's mesh is symmetric, so is the correspondence.
    for (a, b) in [(33, 263), (61, 291), (159, 386), (145, 374), (40, 270), (93, 323), (105, 334)] {
      #expect((p[a] - p[b] * Vector3(-1, 1, 1)).length < 0.15, "\(a) and \(b)")
    }
  }

  @Test("has lip and lid landmarks on the contours")
  func contourLandmarks() throws {
    let fit = try #require(rig.fit)
    let lines: [([Int], [UInt16])] = [
      ([61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291], rig.contours.upperLipOuter),
      ([78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308], rig.contours.lowerLipInner),
      ([362, 398, 384, 385, 386, 387, 388, 466, 263], rig.contours.upperLidLeft),
      ([33, 7, 163, 144, 145, 153, 154, 155, 133], rig.contours.lowerLidRight),
    ]
    for (marks, line) in lines {
      let line = Set(line)
      for m in marks {
        let landmark = fit.landmarks[m]
        let w = landmark.weights
        let used = [(landmark.a, w.x), (landmark.b, w.y), (landmark.c, w.z)]
        for (vertex, weight) in used where weight > 1e-4 { #expect(line.contains(vertex), "landmark \(m)") }
      }
    }
  }

  @Test("moves the surface with the landmarks: displacements come out again within a tenth")
  func warp() throws {
    let fit = try #require(rig.fit)
    var random = SeededRandom(seed: 5)
    // As a face differs from a fit: a smooth field of a few millimetres and a little noise.
    let p = landmarks(on: rig.neutral)
    let wave = Vector3(random.uniform(0.2, 0.5), random.uniform(0.2, 0.5), random.uniform(0.2, 0.5))
    let displacements = p.map { q in
      let phase = q * wave
      return Vector3(Elementary.sin(phase.y + 1), Elementary.sin(phase.x + phase.y), Elementary.cos(phase.x)) * 0.3
        + Vector3(random.normal(), random.normal(), random.normal()) * 0.01
    }
    var vertices = rig.neutral
    vertices.withUnsafeMutableBufferPointer { fit.addWarp(displacements, of: rig, into: $0) }
    var error: Float = 0
    var size: Float = 0
    for (moved, (start, wanted)) in zip(landmarks(on: vertices), zip(p, displacements)) {
      error += (moved - start - wanted).xy.length
      size += wanted.xy.length
    }
    #expect(error < 0.1 * size, "\(error / size)")
    // In % of the distance of the outer eye corners, as docs/head.md measures it on photos.
    let eyes = (p[33] - p[263]).length
    #expect(100 * error / 468 / eyes < 0.4)
  }

  @Test("moves the whole face along when all landmarks move by the same")
  func commonDisplacement() throws {
    let fit = try #require(rig.fit)
    var vertices = rig.neutral
    let shift = Vector3(0.5, -0.25, 0.125)
    vertices.withUnsafeMutableBufferPointer {
      fit.addWarp([Vector3](repeating: shift, count: 468), of: rig, into: $0)
    }
    // The throat and the temples' rim hold on to the neck and the back of the head a little.
    for i in rig.vertices(of: .face) where rig.fields.edgeDistance[i] > 1.5 && rig.neutral[i].z > 8.6 {
      #expect((vertices[i] - rig.neutral[i] - shift).length < 0.04)
    }
    for part in [RigPart.upperTeeth, .tongue, .eyeLeft, .eyeRight] {
      for i in rig.vertices(of: part) { #expect((vertices[i] - rig.neutral[i] - shift).length < 1e-4) }
    }
  }

  @Test("changes the person with the modes, and keeps eyeballs and teeth in their places")
  func identity() throws {
    let fit = try #require(rig.fit)
    #expect(fit.modeCount >= 20)
    var random = SeededRandom(seed: 3)
    for _ in 0..<20 {
      let coefficients = (0..<fit.modeCount).map { _ in max(-2, min(2, random.normal())) }
      var vertices = rig.neutral
      vertices.withUnsafeMutableBufferPointer { fit.addIdentity(coefficients, of: rig, into: $0) }
      #expect(vertices.allSatisfy { $0.x.isFinite && ($0 - Vector3(0, 0, 0)).length < 40 })
      // The eyeball stays round and behind the lids.
      let eye = rig.vertices(of: .eyeLeft)
      let pole = vertices[eye.lowerBound]
      let rim = rig.contours.upperLidLeft.map { vertices[Int($0)] }
      let middle = rim[rim.count / 2]
      #expect((pole - middle).length < 1.3, "\(pole) \(middle)")
      let teeth = rig.contours.upperTeethEdge.map { vertices[Int($0)].z }.max() ?? 0
      let lips = rig.contours.upperLipInner.map { vertices[Int($0)].z }.max() ?? 0
      #expect(teeth < lips)
    }
  }
}
