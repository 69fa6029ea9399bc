import Avatar
import Fitting
import Head
import Linear

/// The depth of a head, and each view's pose and expression, from where its skin is seen in the views: Gauss-Newton with
/// Geman-McClure weights. The depth is a sum of the rig's identity modes along the portrait's rays, so that the portrait
/// stays as it is.
struct ParallaxFit {
  /// A point of the portrait seen in a view.
  struct Point {
    var vertex: Int
    /// In the view's avatar space, without its depth, cm.
    var place: Vector2
  }

  /// What a view shows, and the similarity from the portrait's avatar space to its own as landmarks have it.
  struct Sight {
    var points: [Point]
    var rotation: Matrix3
    var scale: Float
    var translation: Vector2
  }

  struct Solution {
    /// Coefficients of the modes.
    var depth: [Float]
    /// Robust mean, cm.
    var error: Float
  }

  /// How well skin is found again, cm.
  private static let tolerance: Float = 0.03
  /// What a coefficient of 1 costs, of a mode and of an expression, in points that are wrong by the tolerance.
  private static let modeCost: Float = 0.04
  private static let expressionCost: Float = 5
  private static let rounds = 12
  /// What expressions do to skin that is neither lips nor lids.
  private static let shapes: [Blendshape] = [
    .browInnerUp, .browDownLeft, .browDownRight, .browOuterUpLeft, .browOuterUpRight, .cheekSquintLeft,
    .cheekSquintRight, .mouthSmileLeft, .mouthSmileRight, .jawOpen,
  ]
  /// Unknowns of a view: expressions, then a turn, a shift and a growth.
  private static let own = shapes.count + 6

  /// The portrait, avatar space.
  private let vertices: [Vector3]
  private let sights: [Sight]
  /// What modes and expressions do to the face's vertices at 1.
  private let modes: [[Vector3]]
  private let expressions: [[Vector3]]

  /// - Parameter vertices: the portrait's head in avatar space.
  init(rig: Rig, fit: RigFit, face: FaceFit, vertices: [Vector3], sights: [Sight]) {
    (self.vertices, self.sights) = (vertices, sights)
    let (camera, all) = (face.camera, rig.vertices(of: .face))
    modes = face.identity.indices.map { mode in
      all.map { i in
        camera.ray(through: vertices[i]) * (camera.rotation * fit.identity[mode * fit.softCount + i]).z
      }
    }
    expressions = Self.shapes.map { shape in
      var weights = BlendshapeWeights()
      weights[shape] = 1
      var moved = rig.neutral
      moved.withUnsafeMutableBufferPointer { rig.addShapes(weights: weights, transform: .identity, into: $0) }
      return all.map { camera.rotation * (moved[$0] - rig.neutral[$0]) }
    }
  }

  /// - Parameter modeCount: so many modes may deepen; 0: the depth is right as it is.
  func solved(modeCount: Int) -> Solution {
    var sights = self.sights
    let unknowns = modeCount + Self.own * sights.count
    var x = [Float](repeating: 0, count: unknowns)
    var error: Float = 0
    for _ in 0..<Self.rounds {
      var system = System(count: unknowns)
      for k in 0..<modeCount { system.draw(k, from: x[k], cost: Self.modeCost) }
      for (number, sight) in sights.enumerated() {
        let first = modeCount + Self.own * number
        for k in first..<first + Self.shapes.count { system.draw(k, from: x[k], cost: Self.expressionCost) }
        add(sight, modeCount: modeCount, first: first, x, to: &system)
      }
      error = Self.tolerance * system.error / max(system.weight, 1e-6)
      let step = system.solved(from: x, limited: modeCount)
      for k in x.indices { x[k] += step[k] }
      for number in sights.indices {
        let turn = modeCount + Self.own * number + Self.shapes.count
        sights[number].move(step[turn..<turn + 6])
      }
    }
    return Solution(depth: Array(x[..<modeCount]), error: error)
  }

  private func add(_ sight: Sight, modeCount: Int, first: Int, _ x: [Float], to system: inout System) {
    let unit = 1 / Self.tolerance
    let columns = Array(0..<modeCount) + Array(first..<first + Self.own)
    let motions = modes[..<modeCount] + expressions
    let pose = motions.count
    var slopes = [Vector2](repeating: .zero, count: columns.count)
    for point in sight.points {
      var p = vertices[point.vertex]
      for (k, motion) in motions.enumerated() { p += motion[point.vertex] * x[columns[k]] }
      let placed = sight.rotation * p * sight.scale
      for (k, motion) in motions.enumerated() {
        slopes[k] = (sight.rotation * motion[point.vertex]).xy * (sight.scale * unit)
      }
      // A small turn w moves the placed point by w x placed.
      slopes[pose] = Vector2(0, -placed.z) * unit
      slopes[pose + 1] = Vector2(placed.z, 0) * unit
      slopes[pose + 2] = Vector2(-placed.y, placed.x) * unit
      slopes[pose + 3] = Vector2(unit, 0)
      slopes[pose + 4] = Vector2(0, unit)
      slopes[pose + 5] = placed.xy * unit
      system.add((point.place - placed.xy - sight.translation) * unit, slopes, columns)
    }
  }
}

extension ParallaxFit.Sight {
  /// - Parameter step: a turn (axis times angle), a shift and a growth.
  fileprivate mutating func move(_ step: ArraySlice<Float>) {
    let s = Array(step)
    let turn = Vector3(s[0], s[1], s[2])
    let angle = turn.length
    if angle > 1e-9 {
      // Rodrigues' formula.
      let axis = turn / angle
      let (sine, cosine) = Elementary.sinCos(angle)
      func turned(_ v: Vector3) -> Vector3 {
        v * cosine + axis.cross(v) * sine + axis * (axis.dot(v) * (1 - cosine))
      }
      rotation = Matrix3(turned(rotation.c0), turned(rotation.c1), turned(rotation.c2))
    }
    translation += Vector2(s[3], s[4])
    scale *= 1 + s[5]
  }
}

/// The normal equations of a round.
private struct System {
  private var matrix: [Float]
  private var right: [Float]
  private let count: Int
  /// Weighted sum of the errors, and of the weights.
  private(set) var error: Float = 0
  private(set) var weight: Float = 0

  init(count: Int) {
    self.count = count
    matrix = [Float](repeating: 0, count: count * count)
    right = [Float](repeating: 0, count: count)
  }

  /// An unknown that is at `value` would rather be 0.
  mutating func draw(_ k: Int, from value: Float, cost: Float) {
    matrix[k * count + k] += cost
    right[k] -= cost * value
  }

  /// - Parameter columns: ascending; `slopes` are theirs.
  mutating func add(_ residual: Vector2, _ slopes: [Vector2], _ columns: [Int]) {
    // What is far off was found in a wrong place.
    let near = 1 + residual.dot(residual) / 4
    let share = 1 / (near * near)
    error += share * residual.length
    weight += share
    for (a, row) in columns.enumerated() {
      let slope = slopes[a] * share
      right[row] += slope.dot(residual)
      for b in 0...a { matrix[row * count + columns[b]] += slope.dot(slopes[b]) }
    }
  }

  /// The step from `x`; its first unknowns stay within the limits of identity.
  func solved(from x: [Float], limited: Int) -> [Float] {
    var whole = matrix
    for a in 0..<count {
      for b in 0..<a { whole[b * count + a] = whole[a * count + b] }
    }
    var low = [Float](repeating: -.greatestFiniteMagnitude, count: count)
    var high = [Float](repeating: .greatestFiniteMagnitude, count: count)
    for k in 0..<limited {
      (low[k], high[k]) = (-FaceFitter.identityLimit - x[k], FaceFitter.identityLimit - x[k])
    }
    var step = [Float](repeating: 0, count: count)
    BoundedLeastSquares.solve(matrix: whole, right: right, low: low, high: high, sweeps: 4000, into: &step)
    return step
  }
}
