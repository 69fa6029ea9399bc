import Fitting
import Head
import Linear

/// Finds where the head is and what face it makes: a similarity on the landmarks that expression moves least, and
/// bounded least squares of the rig's own shapes on what is left, in turn.
struct FaceSolver: Sendable {
  /// The shapes that are looked for. Not the tongue, which landmarks do not show, nor shapes that landmarks do not tell
  /// from these.
  static let shapes: [Blendshape] = [
    .browDownLeft, .browDownRight, .browInnerUp, .browOuterUpLeft, .browOuterUpRight, .cheekSquintLeft,
    .cheekSquintRight, .eyeBlinkLeft, .eyeBlinkRight, .eyeSquintLeft, .eyeSquintRight, .eyeWideLeft, .eyeWideRight,
    .jawOpen, .mouthFrownLeft, .mouthFrownRight, .mouthFunnel, .mouthLeft, .mouthLowerDownLeft,
    .mouthLowerDownRight, .mouthPressLeft, .mouthPressRight, .mouthPucker, .mouthRight, .mouthRollLower,
    .mouthRollUpper, .mouthSmileLeft, .mouthSmileRight, .mouthStretchLeft,
    .mouthStretchRight, .mouthUpperUpLeft, .mouthUpperUpRight, .noseSneerLeft, .noseSneerRight,
  ]

  /// What one squared cm of landmark error is worth against a whole expression, and against one of `doubtful`.
  private static let shapeCost: Float = 0.1
  private static let doubtfulCost: Float = 0.4
  /// Small motions, which the network's errors under head turns look like.
  static let doubtful: [Blendshape] = [
    .browDownLeft, .browDownRight, .mouthFrownLeft, .mouthFrownRight, .mouthLeft, .mouthPressLeft, .mouthPressRight,
    .mouthRight, .mouthRollLower, .mouthRollUpper, .mouthStretchLeft, .mouthStretchRight, .noseSneerLeft,
    .noseSneerRight,
  ]
  /// The detector's depth is rough: squared weight against x and y.
  private static let depthWeight: Float = 0.02
  /// The detector only guesses the face's outline.
  private static let ovalWeight: Float = 0.1
  /// A landmark that some shape moves by this much, cm, has half a say in where the head is.
  private static let stillMotion: Float = 0.06
  private static let rounds = 3

  /// What a frame shows.
  struct Face {
    /// Head space (the rig's, cm) to the picture: pixels, y up, z towards the viewer.
    var placement: Similarity
    /// Of `shapes`, against the neutral face.
    var weights: [Float]
  }

  /// What each shape does to the landmarks, cm: `basis[shape * 468 + landmark]`.
  private let basis: [Vector3]
  private let costs: [Float]
  private let jaw: Int
  /// What an open jaw does to the corners of the mouth by itself.
  private let cornerShapes: [Int]
  /// By how much the open jaw parts the lips, cm.
  private let jawGap: Float
  private let weights: [Float]
  private let stillness: [Float]
  /// Weighted products of two shapes' motions, summed over the landmarks: xx, yy, zz and xy, xz, yz.
  private let squares: [Vector3]
  private let mixed: [Vector3]

  init(rig: Rig, fit: RigFit) {
    let count = RigFit.landmarkCount
    let unknowns = Self.shapes.count
    var basis: [Vector3] = []
    basis.reserveCapacity(unknowns * count)
    for shape in Self.shapes { basis += fit.landmarkMotion(of: shape, rig: rig) }
    var weights = [Float](repeating: 1, count: count)
    for i in Landmark.oval { weights[i] = Self.ovalWeight }
    var stillness = weights
    for i in 0..<count {
      var motion: Float = 0
      for k in 0..<unknowns { motion = max(motion, basis[k * count + i].length) }
      let share = motion / Self.stillMotion
      stillness[i] *= 1 / (1 + share * share)
    }
    var squares = [Vector3](repeating: .zero, count: unknowns * unknowns)
    var mixed = squares
    for k in 0..<unknowns {
      for m in 0...k {
        var square = Vector3(0, 0, 0)
        var mix = Vector3(0, 0, 0)
        for i in 0..<count {
          let a = basis[k * count + i] * weights[i]
          let b = basis[m * count + i]
          square += a * b
          mix +=
            (Vector3(a.x, a.x, a.y) * Vector3(b.y, b.z, b.z) + Vector3(a.y, a.z, a.z) * Vector3(b.x, b.x, b.y)) * 0.5
        }
        squares[k * unknowns + m] = square
        squares[m * unknowns + k] = square
        mixed[k * unknowns + m] = mix
        mixed[m * unknowns + k] = mix
      }
    }
    self.basis = basis
    costs = Self.shapes.map { Self.doubtful.contains($0) ? Self.doubtfulCost : Self.shapeCost }
    jaw = Self.shapes.firstIndex(of: .jawOpen)!
    cornerShapes = [.mouthFrownLeft, .mouthFrownRight, .mouthPressLeft, .mouthPressRight].map {
      Self.shapes.firstIndex(of: $0)!
    }
    jawGap = Self.lipGap(Array(basis[jaw * count..<(jaw + 1) * count]))
    self.weights = weights
    self.stillness = stillness
    self.squares = squares
    self.mixed = mixed
  }

  /// - Parameters:
  ///   - points: 468 landmarks, pixels, y up, z towards the viewer.
  ///   - neutral: the person's landmarks at rest, head space, cm.
  ///   - start: weights of the frame before.
  func solve(_ points: [Vector3], neutral: [Vector3], start: [Float]) -> Face {
    let count = RigFit.landmarkCount
    var face = Face(placement: Similarity(from: neutral, to: points, weights: stillness), weights: start)
    var error = [Vector3](repeating: .zero, count: count)
    for _ in 0..<Self.rounds {
      var shape = neutral
      for (k, weight) in face.weights.enumerated() where weight != 0 {
        for i in 0..<count { shape[i] += basis[k * count + i] * weight }
      }
      face.placement = Similarity(from: shape, to: points, weights: stillness)
      let back = face.placement.rotation.transposed * (1 / max(face.placement.scale, 1e-6))
      for i in 0..<count { error[i] = back * (points[i] - face.placement.translation) - neutral[i] }
      solve(error, depth: depthAxis(face.placement), high: highest(error), &face.weights)
    }
    return face
  }

  /// How far the lips part in displacements of the landmarks (head space), cm.
  private static func lipGap(_ motion: [Vector3]) -> Float {
    var sum: Float = 0
    for k in 4...6 { sum += motion[Landmark.innerUpper[k]].y - motion[Landmark.innerLower[k]].y }
    return sum / 3
  }

  /// How far each shape may go, given how far the lips have parted. A head that nods pulls the chin's landmarks along:
  /// the jaw is open no further than the lips.
  private func highest(_ error: [Vector3]) -> [Float] {
    var high = [Float](repeating: 1, count: Self.shapes.count)
    high[jaw] = max(0, min(1, Self.lipGap(error) / jawGap))
    for k in cornerShapes { high[k] = max(0, 1 - 2.5 * high[jaw]) }
    return high
  }

  /// The line of sight in head space.
  private func depthAxis(_ placement: Similarity) -> Vector3 {
    Vector3(placement.rotation.c0.z, placement.rotation.c1.z, placement.rotation.c2.z)
  }

  /// The weights that explain displacements of the landmarks (head space, cm) best. Errors along `depth` count less.
  private func solve(_ error: [Vector3], depth v: Vector3, high: [Float], _ x: inout [Float]) {
    let count = RigFit.landmarkCount
    let unknowns = Self.shapes.count
    let doubt = 1 - Self.depthWeight
    let square = Vector3(1, 1, 1) - v * v * doubt
    let mix = Vector3(v.x * v.y, v.x * v.z, v.y * v.z) * (-2 * doubt)
    var matrix = [Float](repeating: 0, count: unknowns * unknowns)
    for i in matrix.indices { matrix[i] = squares[i].dot(square) + mixed[i].dot(mix) }
    var weighted = error
    for i in 0..<count { weighted[i] = (error[i] - v * (v.dot(error[i]) * doubt)) * weights[i] }
    var right = [Float](repeating: 0, count: unknowns)
    for k in 0..<unknowns {
      matrix[k * unknowns + k] += costs[k]
      var sum = Vector3(0, 0, 0)
      for i in 0..<count { sum += basis[k * count + i] * weighted[i] }
      right[k] = sum.x + sum.y + sum.z
    }
    BoundedLeastSquares.solve(
      matrix: matrix, right: right, low: [Float](repeating: 0, count: unknowns), high: high, sweeps: 60, into: &x)
  }
}
