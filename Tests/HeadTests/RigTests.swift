import Head
import Linear
import Testing

@Suite("The rig") struct RigTests {
  let rig = RigFiles.rig

  /// The neutral head with shapes added.
  func posed(_ weights: [(Blendshape, Float)]) -> [Vector3] {
    var all = BlendshapeWeights()
    for (shape, weight) in weights { all[shape] = weight }
    var vertices = rig.neutral
    vertices.withUnsafeMutableBufferPointer { rig.addShapes(weights: all, transform: .identity, into: $0) }
    return vertices
  }

  /// Mean distance by which the upper line lies above the lower one, and its extremes, without the corners.
  func opening(_ vertices: [Vector3], _ upper: [UInt16], _ lower: [UInt16]) -> (mean: Float, low: Float, high: Float) {
    let gaps = zip(upper, lower).dropFirst(2).dropLast(2).map { vertices[Int($0)].y - vertices[Int($1)].y }
    return (gaps.reduce(0, +) / Float(gaps.count), gaps.min() ?? 0, gaps.max() ?? 0)
  }

  @Test("is small: both files together stay below 700 kB, the player's below 350 kB")
  func size() {
    #expect(RigFiles.player.count <= 350_000)
    #expect(RigFiles.player.count + RigFiles.fit.count <= 700_000)
    #expect(3000...3800 ~= rig.skinCount)
  }

  @Test("has every shape, all finite, none empty and none too far")
  func shapes() {
    for blendshape in Blendshape.allCases {
      let shape = rig.shape(blendshape)
      #expect(shape.indices.count > 20, "\(blendshape) moves nothing")
      #expect(shape.indices.count == shape.deltas.count)
      #expect(zip(shape.indices, shape.indices.dropFirst()).allSatisfy { $0 < $1 }, "\(blendshape) is not ascending")
      let longest = shape.deltas.map(\.length).max() ?? 0
      #expect(longest > 0.1 && longest < 4.5, "\(blendshape) moves by \(longest) cm")
    }
    #expect(rig.neutral.allSatisfy { $0.x.isFinite && abs($0.x) < 20 && abs($0.y) < 25 && abs($0.z) < 20 })
  }

  @Test("is its own mirror image, and left shapes are right ones mirrored")
  func mirror() {
    let flip = Vector3(-1, 1, 1)
    for (i, m) in rig.mirror.enumerated() {
      #expect((rig.neutral[i] - rig.neutral[Int(m)] * flip).length < 1e-5)
    }
    let pairs: [(Blendshape, Blendshape)] = [
      (.eyeBlinkLeft, .eyeBlinkRight), (.mouthSmileLeft, .mouthSmileRight), (.jawLeft, .jawRight),
      (.jawOpen, .jawOpen), (.mouthFunnel, .mouthFunnel), (.tongueUp, .tongueUp), (.browInnerUp, .browInnerUp),
    ]
    for (left, right) in pairs {
      let a = posed([(left, 1)])
      let b = posed([(right, 1)])
      // One step of the quantisation: the symmetric shapes are stored whole.
      for (i, m) in rig.mirror.enumerated() {
        #expect((a[i] - b[Int(m)] * flip).length < 0.02, "\(left) and \(right)")
      }
    }
  }

  @Test("moves the subject's left with left shapes, which lies at x > 0")
  func leftIsLeft() {
    for blendshape in [Blendshape.eyeBlinkLeft, .mouthSmileLeft, .browDownLeft, .cheekSquintLeft, .noseSneerLeft] {
      let shape = rig.shape(blendshape)
      var left: Float = 0
      var right: Float = 0
      for (i, d) in zip(shape.indices, shape.deltas) {
        if rig.neutral[Int(i)].x > 0 { left += d.length } else { right += d.length }
      }
      #expect(left > 3 * right, "\(blendshape)")
    }
    let jaw = rig.shape(.jawLeft)
    #expect(jaw.deltas.map(\.x).reduce(0, +) > 0)
  }

  @Test("closes the eye on a blink and leaves the other one alone")
  func blink() {
    let contours = rig.contours
    let open = opening(rig.neutral, contours.upperLidLeft, contours.lowerLidLeft)
    let vertices = posed([(.eyeBlinkLeft, 1)])
    let closed = opening(vertices, contours.upperLidLeft, contours.lowerLidLeft)
    #expect(open.mean > 0.6)
    #expect(abs(closed.mean) < 0.05 * open.mean && abs(closed.low) < 0.05 * open.mean)
    #expect(closed.high < 0.02, "light between the lids")
    // The upper lid does most of it.
    let middle = contours.upperLidLeft.count / 2
    let upper = Int(contours.upperLidLeft[middle])
    let lower = Int(contours.lowerLidLeft[middle])
    #expect(rig.neutral[upper].y - vertices[upper].y > 4 * (vertices[lower].y - rig.neutral[lower].y))
    for i in contours.upperLidRight + contours.lowerLidRight { #expect(vertices[Int(i)] == rig.neutral[Int(i)]) }
  }

  @Test("keeps the lids' skin in front of the eyeball at every stage of a blink and of a gaze")
  func lidsClearTheEyeball() {
    let hidden = Set(rig.contours.eyeHoleLeft)  // the rim behind the lids
    let eye = rig.eyeLeft
    for shape in [Blendshape.eyeBlinkLeft, .eyeLookDownLeft, .eyeLookUpLeft, .eyeLookInLeft, .eyeLookOutLeft] {
      for weight in [Float(0), 0.25, 0.5, 0.75, 1] {
        let vertices = posed([(shape, weight)])
        for i in rig.vertices(of: .face) where vertices[i].z > eye.centre.z + 0.3 * eye.radius && vertices[i].x > 0 {
          if hidden.contains(UInt16(i)) { continue }
          #expect((vertices[i] - eye.centre).length > eye.radius + 0.03, "\(shape) \(weight)")
        }
      }
    }
  }

  @Test("never crosses the lids, whatever the weights, once they are clamped")
  func lidsNeverCross() {
    var random = SeededRandom(seed: 11)
    let contours = rig.contours
    let open = opening(rig.neutral, contours.upperLidLeft, contours.lowerLidLeft)
    for round in 0..<200 {
      var weights = BlendshapeWeights()
      for shape in [
        Blendshape.eyeBlinkLeft, .eyeSquintLeft, .cheekSquintLeft, .eyeLookDownLeft, .eyeLookUpLeft, .eyeWideLeft,
      ] { weights[shape] = random.uniform(0, 1) }
      if round % 2 == 0 { weights[.eyeBlinkLeft] = 1 }
      weights[.eyeLookUpLeft] = round % 3 == 0 ? weights[.eyeLookUpLeft] : 0
      Limits.clamp(&weights)
      var vertices = rig.neutral
      vertices.withUnsafeMutableBufferPointer { rig.addShapes(weights: weights, transform: .identity, into: $0) }
      let gap = opening(vertices, contours.upperLidLeft, contours.lowerLidLeft)
      #expect(gap.low > -0.11 * open.mean, "\(gap)")
      if round % 2 == 0 { #expect(gap.high < 0.12 * open.mean, "a full blink closes: \(gap)") }
    }
  }

  @Test("keeps closed lips closed in smiles, frowns and dimples")
  func lipsStayClosed() {
    let contours = rig.contours
    for (left, right) in [
      (Blendshape.mouthSmileLeft, Blendshape.mouthSmileRight), (.mouthFrownLeft, .mouthFrownRight),
      (.mouthDimpleLeft, .mouthDimpleRight), (.mouthStretchLeft, .mouthStretchRight),
    ] {
      let gap = opening(posed([(left, 1), (right, 1)]), contours.upperLipInner, contours.lowerLipInner)
      #expect(abs(gap.low) < 0.04 && abs(gap.high) < 0.04, "\(left): \(gap)")
    }
    let held = opening(posed([(.jawOpen, 0.6), (.mouthClose, 0.6)]), contours.upperLipInner, contours.lowerLipInner)
    #expect(abs(held.low) < 0.04 && abs(held.high) < 0.04, "mouthClose: \(held)")
  }

  @Test("opens an oval, not a diamond: a quarter of the way from the corner the mouth is already well open")
  func ovalMouth() {
    let contours = rig.contours
    for weights: [(Blendshape, Float)] in [[(.jawOpen, 0.4)], [(.jawOpen, 0.34), (.mouthFunnel, 0.6)]] {
      let vertices = posed(weights)
      let count = contours.upperLipInner.count
      let gap = { (k: Int) in
        vertices[Int(contours.upperLipInner[k])].y - vertices[Int(contours.lowerLipInner[k])].y
      }
      let corner = vertices[Int(contours.upperLipInner[0])].x
      let k = (0..<count).min { a, b in
        abs(vertices[Int(contours.lowerLipInner[a])].x - 0.5 * corner)
          < abs(vertices[Int(contours.lowerLipInner[b])].x - 0.5 * corner)
      }!
      // A diamond would be half open there, an ellipse 87 %.
      #expect(gap(k) > 0.68 * gap(count / 2))
    }
  }

  @Test("carries the lower incisors 4 cm for a full jawOpen, which the jaw's speed in speech is measured by")
  func jawTravel() {
    let lower = rig.vertices(of: .lowerTeeth)
    let incisor = lower.max { rig.neutral[$0].z < rig.neutral[$1].z }!
    let travel = (posed([(.jawOpen, 1)])[incisor] - rig.neutral[incisor]).length
    #expect(abs(travel - 4) < 0.2, "\(travel)")
  }

  @Test("fixes the upper teeth to the skull and lets the lower ones follow the jaw, and nothing else")
  func teeth() {
    let upper = rig.vertices(of: .upperTeeth)
    let lower = rig.vertices(of: .lowerTeeth)
    for blendshape in Blendshape.allCases {
      let shape = rig.shape(blendshape)
      #expect(!shape.indices.contains { upper.contains(Int($0)) }, "\(blendshape) moves upper teeth")
      let jaw = [.jawOpen, .jawForward, .jawLeft, .jawRight].contains(blendshape)
      let moved = shape.indices.filter { lower.contains(Int($0)) }.count
      #expect(moved == (jaw ? lower.count : 0), "\(blendshape) and the lower teeth")
      let eyes = rig.vertices(of: .eyeLeft).lowerBound..<rig.vertexCount
      #expect(!shape.indices.contains { eyes.contains(Int($0)) }, "eyeballs turn, no shape moves them")
      let tongue = shape.indices.contains { rig.vertices(of: .tongue).contains(Int($0)) }
      #expect(tongue == (jaw || blendshape == .tongueOut || blendshape == .tongueUp), "\(blendshape) and the tongue")
    }
    let incisors = rig.contours.upperTeethEdge
    #expect(incisors.count > 8 && incisors.allSatisfy { upper.contains(Int($0)) })
  }

  @Test("hides the teeth behind closed lips, and puts the tongue where T and TH want it")
  func mouth() {
    let lips = rig.contours.upperLipInner.map { rig.neutral[Int($0)].z }.max() ?? 0
    for part in [RigPart.upperTeeth, .lowerTeeth, .tongue, .gums] {
      #expect(rig.vertices(of: part).allSatisfy { rig.neutral[$0].z < lips })
    }
    let tip = rig.vertices(of: .tongue).max { rig.neutral[$0].z < rig.neutral[$1].z }!
    let incisors = rig.contours.upperTeethEdge.map { rig.neutral[Int($0)] }.max { $0.z < $1.z }!
    #expect(rig.neutral[tip].z < incisors.z)
    #expect(posed([(.tongueOut, 0.8)])[tip].z > incisors.z, "TH: the tip comes between the teeth")
    let up = posed([(.tongueUp, 1)])[tip]
    #expect(up.y > incisors.y && up.z < incisors.z, "D, N, L: the tip rises behind the teeth")
  }
}
