import Avatar
import Head
import Linear

/// Fits the rig to landmarks: similarity and bounded shape coefficients in turn.
package struct FaceFitter {
  /// Identity coefficients stay within this many standard deviations.
  package static let identityLimit: Float = 2.5
  /// Distance from the eye point, cm: a long lens, so that landmarks (found without perspective) agree with it.
  static let focalDistance: Float = 240
  /// What one squared cm of landmark error is worth against one squared standard deviation, or a whole expression.
  private static let identityCost: Float = 0.0625
  private static let expressionCost: Float = 0.1875
  /// The detector's depth is rough.
  private static let depthWeight: Float = 0.25
  private static let ovalWeight: Float = 0.25

  /// Shapes the fit may use. Not the eyes': the photo's eye opening is this person's neutral one.
  package static let freeShapes: [Blendshape] = [
    .jawOpen, .mouthDimpleLeft, .mouthDimpleRight, .mouthFrownLeft, .mouthFrownRight, .mouthFunnel,
    .mouthLowerDownLeft, .mouthLowerDownRight, .mouthPressLeft, .mouthPressRight, .mouthPucker, .mouthRollLower,
    .mouthRollUpper, .mouthShrugLower, .mouthShrugUpper, .mouthSmileLeft, .mouthSmileRight, .mouthStretchLeft,
    .mouthStretchRight, .mouthUpperUpLeft, .mouthUpperUpRight, .cheekSquintLeft, .cheekSquintRight, .browInnerUp,
    .browDownLeft, .browDownRight, .browOuterUpLeft, .browOuterUpRight,
  ]

  private let modeCount: Int
  /// The mean face's landmarks.
  private let mean: [Vector3]
  /// What each unknown (identity modes, then free shapes) does to them: `basis[unknown * 468 + landmark]`.
  private let basis: [Vector3]
  private let weights: [Float]

  package init(rig: Rig, fit: RigFit) {
    modeCount = min(40, fit.modeCount)
    mean = fit.landmarkPositions(on: rig.neutral)
    var basis: [Vector3] = []
    basis.reserveCapacity((modeCount + Self.freeShapes.count) * RigFit.landmarkCount)
    for mode in 0..<modeCount { basis += fit.landmarkMotion(ofMode: mode) }
    for shape in Self.freeShapes { basis += fit.landmarkMotion(of: shape, rig: rig) }
    self.basis = basis
    var weights = [Float](repeating: 1, count: RigFit.landmarkCount)
    for i in Landmark.oval { weights[i] = Self.ovalWeight }
    self.weights = weights
  }

  /// - Parameters:
  ///   - landmarks: 478, photo pixels, z growing away from the viewer.
  ///   - origin: where the optical axis meets the photo.
  package func fit(landmarks: [Vector3], photoSize: Vector2, origin: Vector2) -> FaceFit {
    let count = RigFit.landmarkCount
    let unknowns = modeCount + Self.freeShapes.count
    var x = [Float](repeating: 0, count: unknowns)
    var low = [Float](repeating: -Self.identityLimit, count: unknowns)
    var high = [Float](repeating: Self.identityLimit, count: unknowns)
    for k in modeCount..<unknowns {
      low[k] = 0
      high[k] = 1
    }
    var shape = mean
    // A first scale without perspective; then the camera's own.
    let flat = (0..<count).map { Vector3(landmarks[$0].x, -landmarks[$0].y, -landmarks[$0].z) }
    let first = Similarity(from: shape, to: flat, weights: weights)
    var camera = Camera(
      photoSize: photoSize, origin: origin, pixelsPerUnit: max(first.scale, 1e-3), focalDistance: Self.focalDistance,
      rotation: first.rotation, translation: .zero)
    var depthOffset = -first.translation.z / camera.pixelsPerUnit
    var targets = flat
    for _ in 0..<6 {
      for _ in 0..<4 {
        place(landmarks, camera, depthOffset, into: &targets)
        let similarity = Similarity(from: shape, to: targets, weights: weights)
        camera.pixelsPerUnit *= max(0.5, min(2, similarity.scale))
        camera.rotation = similarity.rotation
        camera.translation = Vector3(similarity.translation.x, similarity.translation.y, 0)
        depthOffset -= similarity.translation.z
      }
      place(landmarks, camera, depthOffset, into: &targets)
      solve(targets, camera, low, high, &x)
      shape = mean
      for k in 0..<unknowns where x[k] != 0 {
        for i in 0..<count { shape[i] += basis[k * count + i] * x[k] }
      }
    }
    var expression = BlendshapeWeights()
    for (k, blendshape) in Self.freeShapes.enumerated() { expression[blendshape] = x[modeCount + k] }
    return FaceFit(camera: camera, identity: Array(x[0..<modeCount]), expression: expression, targets: targets)
  }

  /// The landmarks as points of avatar space.
  private func place(_ landmarks: [Vector3], _ camera: Camera, _ offset: Float, into targets: inout [Vector3]) {
    for i in targets.indices {
      let z = -landmarks[i].z / camera.pixelsPerUnit + offset
      targets[i] = camera.unproject(landmarks[i].xy, z: max(-60, min(60, z)))
    }
  }

  /// One bounded ridge solution at the present camera.
  private func solve(_ targets: [Vector3], _ camera: Camera, _ low: [Float], _ high: [Float], _ x: inout [Float]) {
    let count = RigFit.landmarkCount
    let unknowns = x.count
    // Rotate the basis into the camera and weigh it there: x and y fully, depth less.
    var rotated = [Vector3](repeating: .zero, count: basis.count)
    let rotation = camera.rotation
    for k in 0..<unknowns {
      for i in 0..<count {
        let d = rotation * basis[k * count + i] * weights[i].squareRoot()
        rotated[k * count + i] = Vector3(d.x, d.y, d.z * Self.depthWeight)
      }
    }
    var error = [Vector3](repeating: .zero, count: count)
    for i in 0..<count {
      let d = (targets[i] - camera.place(mean[i])) * weights[i].squareRoot()
      error[i] = Vector3(d.x, d.y, d.z * Self.depthWeight)
    }
    var matrix = [Float](repeating: 0, count: unknowns * unknowns)
    var right = [Float](repeating: 0, count: unknowns)
    rotated.withUnsafeBufferPointer { a in
      for k in 0..<unknowns {
        for m in 0...k {
          var sum = Vector3(0, 0, 0)
          for i in 0..<count { sum += a[k * count + i] * a[m * count + i] }
          matrix[k * unknowns + m] = sum.x + sum.y + sum.z
          matrix[m * unknowns + k] = sum.x + sum.y + sum.z
        }
        matrix[k * unknowns + k] += k < modeCount ? Self.identityCost : Self.expressionCost
        var sum = Vector3(0, 0, 0)
        for i in 0..<count { sum += a[k * count + i] * error[i] }
        right[k] = sum.x + sum.y + sum.z
      }
    }
    BoundedLeastSquares.solve(matrix: matrix, right: right, low: low, high: high, sweeps: 60, into: &x)
  }
}
