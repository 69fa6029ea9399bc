import Avatar
import Fitting
import Head
import Linear

/// The person's head on the rig's topology, in avatar space.
struct HeadGeometry {
  /// With the photo's expression; skin vertices project to where they were seen.
  var photo: [Vector3]
  /// With the expression neutralised and the lips closed.
  var neutral: [Vector3]
  /// What of the photo's expression is left in `neutral`.
  var kept: BlendshapeWeights
  /// This mouth's width over the rig's.
  var mouthScale: Float
  var blinkRight: PersonalShape
  var blinkLeft: PersonalShape
  /// How far above the upper rims the skin of closing lids is drawn from, cm.
  var lidReach: (right: Float, left: Float) = (0, 0)

  /// How much of an expression of the photo stays in the neutral face: a smile is partly the person's own.
  static func keptShare(_ shape: Blendshape) -> Float {
    switch shape {
    case .browDownLeft, .browDownRight, .browInnerUp, .browOuterUpLeft, .browOuterUpRight: 1
    case .mouthSmileLeft, .mouthSmileRight, .mouthDimpleLeft, .mouthDimpleRight, .cheekSquintLeft, .cheekSquintRight:
      0.35
    case .mouthFrownLeft, .mouthFrownRight, .mouthPressLeft, .mouthPressRight, .mouthRollLower, .mouthRollUpper: 0.3
    default: 0
    }
  }

  /// A whole smile squints by so much (Duchenne's; the fit knows smiles but takes their squints for the person's own lids).
  private static let squintOfSmile: Float = 0.3

  /// What of the smile goes takes its squint along.
  private static func relaxed(_ kept: BlendshapeWeights, after expression: BlendshapeWeights) -> BlendshapeWeights {
    var relaxed = kept
    for (squint, smile) in [
      (Blendshape.eyeSquintLeft, Blendshape.mouthSmileLeft), (.eyeSquintRight, .mouthSmileRight),
    ] {
      relaxed[squint] = -squintOfSmile * max(0, min(1, expression[smile]) - kept[smile])
    }
    return relaxed
  }

  init(rig: Rig, fit: RigFit, face: FaceFit) {
    let camera = face.camera
    kept = BlendshapeWeights()
    for shape in FaceFitter.freeShapes { kept[shape] = face.expression[shape] * Self.keptShare(shape) }
    photo = Self.fitted(rig, fit, face.identity, face.expression, camera)
    neutral = Self.fitted(rig, fit, face.identity, Self.relaxed(kept, after: face.expression), camera)
    mouthScale = 1
    blinkRight = PersonalShape(indices: [], deltas: [])
    blinkLeft = blinkRight

    let correction = Self.correction(rig, fit, photo, face)
    for i in photo.indices {
      photo[i] += correction[i]
      neutral[i] += correction[i]
    }
    deepen(rig, fit, face)
    holdNose(rig)
    closeLips(rig, fit)
    seatMouth(rig, Self.fitted(rig, fit, face.identity, BlendshapeWeights(), camera), camera)
    let corners = [Landmark.mouthRight, Landmark.mouthLeft]
    let width = (fit.position(corners[0], neutral) - fit.position(corners[1], neutral)).length
    let mean = (fit.position(corners[0], rig.neutral) - fit.position(corners[1], rig.neutral)).length
    mouthScale = max(0.8, min(1.15, width / mean))
    let contours = rig.contours
    lidReach.right = lidReach(rig, fit, camera, upper: contours.upperLidRight, brow: Landmark.rightBrow)
    lidReach.left = lidReach(rig, fit, camera, upper: contours.upperLidLeft, brow: Landmark.leftBrow)
    blinkRight = blink(
      rig, camera, isLeft: false, contours.upperLidRight, contours.lowerLidRight, reach: lidReach.right)
    blinkLeft = blink(rig, camera, isLeft: true, contours.upperLidLeft, contours.lowerLidLeft, reach: lidReach.left)
  }

  /// The rig with identity and expression, placed in avatar space.
  private static func fitted(
    _ rig: Rig, _ fit: RigFit, _ identity: [Float], _ expression: BlendshapeWeights, _ camera: Camera
  ) -> [Vector3] {
    var vertices = rig.neutral
    vertices.withUnsafeMutableBufferPointer {
      fit.addIdentity(identity, of: rig, into: $0)
      rig.addShapes(weights: expression, transform: .identity, into: $0)
    }
    for i in vertices.indices { vertices[i] = camera.place(vertices[i]) }
    return vertices
  }

  /// Moves every vertex along its ray by the depth that other views tell.
  private mutating func deepen(_ rig: Rig, _ fit: RigFit, _ face: FaceFit) {
    guard !face.depth.isEmpty else { return }
    var moved = rig.neutral
    moved.withUnsafeMutableBufferPointer { fit.addIdentity(face.depth, of: rig, into: $0) }
    for i in photo.indices {
      let z = (face.camera.rotation * (moved[i] - rig.neutral[i])).z
      let step = face.camera.ray(through: photo[i]) * z
      photo[i] += step
      neutral[i] += step
    }
  }

  /// The nose keeps the photo's expression: what it hides there has no picture, and its nostrils' edges would be uncovered
  /// as the lip below comes down from a smile.
  private mutating func holdNose(_ rig: Rig) {
    for i in rig.vertices(of: .face) {
      let p = rig.neutral[i]
      let q = Vector2(p.x / 2.1, (p.y - 0.3) / 1.5)
      let share = Elementary.smoothstep(1.85, 0.8, q.dot(q))
      neutral[i] += (photo[i] - neutral[i]) * share
    }
  }

  /// What brings the landmarks of the fitted head exactly to their pixels: half of the detector's depth is believed, and
  /// the surface between follows smoothly.
  private static func correction(_ rig: Rig, _ fit: RigFit, _ fitted: [Vector3], _ face: FaceFit) -> [Vector3] {
    let camera = face.camera
    var vertices = fitted
    var targets = face.targets
    for i in targets.indices {
      let z = fit.position(i, fitted).z
      let pixel = camera.project(targets[i])
      targets[i] = camera.unproject(pixel, z: z + max(-0.6, min(0.6, 0.5 * (targets[i].z - z))))
    }
    var residual = targets
    // The warp is soft: what the first pass leaves, the next one takes, but not at the face's outline, which the detector
    // only guesses (the chin would fold).
    var share = [Float](repeating: 1, count: targets.count)
    for _ in 0..<2 {
      for i in targets.indices { residual[i] = (targets[i] - fit.position(i, vertices)) * share[i] }
      for i in Landmark.oval { share[i] = 0 }
      vertices.withUnsafeMutableBufferPointer { fit.addWarp(residual, of: rig, into: $0) }
    }
    for i in vertices.indices { vertices[i] -= fitted[i] }
    return vertices
  }
}

extension RigFit {
  /// Where landmark `index` lies on `vertices`.
  func position(_ index: Int, _ vertices: [Vector3]) -> Vector3 {
    let landmark = landmarks[index]
    return vertices[Int(landmark.a)] * landmark.weights.x + vertices[Int(landmark.b)] * landmark.weights.y
      + vertices[Int(landmark.c)] * landmark.weights.z
  }
}
