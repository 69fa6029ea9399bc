import Fitting
import Head
import Linear

/// Collects a person's neutral face over about a second and makes a `NeutralFace` of it: medians, so that a blink or a
/// word in it does no harm.
struct Calibration: Sendable {
  /// Fewer frames are no median.
  private static let fewestFrames = 5

  private let seconds: Double
  private var frames: [[Vector3]] = []
  private var began = 0.0

  init(seconds: Double) { self.seconds = seconds }

  /// - Parameter points: 478 landmarks, pixels, y up, z towards the viewer.
  /// - Returns: whether there are enough.
  mutating func add(_ points: [Vector3], at time: Double) -> Bool {
    if frames.isEmpty { began = time }
    frames.append(points)
    return frames.count >= Self.fewestFrames && time - began >= seconds
  }

  /// What has been collected, at least one frame, as a face.
  func neutralFace(_ model: FaceModel, imageSize: Vector2) -> NeutralFace {
    let shape = shape(model, imageSize: imageSize)
    var seats: [Seat] = []
    var eyes: (right: [EyeGauge.Reading], left: [EyeGauge.Reading]) = ([], [])
    let rest = [Float](repeating: 0, count: FaceSolver.shapes.count)
    for points in frames {
      let placement = model.solver.solve(Array(points[..<RigFit.landmarkCount]), neutral: shape, start: rest).placement
      seats.append(Seat(placement, imageSize: imageSize))
      eyes.right.append(model.right.read(points, neutral: shape, placement: placement))
      eyes.left.append(model.left.read(points, neutral: shape, placement: placement))
    }
    return NeutralFace(
      shape: shape, seat: Self.median(seats), right: Self.median(eyes.right), left: Self.median(eyes.left))
  }

  /// The landmarks at rest in head space, cm: the rig fitted to them says how large and how turned they are.
  private func shape(_ model: FaceModel, imageSize: Vector2) -> [Vector3] {
    let middle = frames[frames.count / 2]
    let even = [Float](repeating: 1, count: middle.count)
    let aligned = frames.map { points in
      let similarity = Similarity(from: points, to: middle, weights: even)
      return points.map { similarity.rotation * $0 * similarity.scale + similarity.translation }
    }
    let median = middle.indices.map { i in
      // Back to the photo's axes: y down, z away.
      Vector3(
        Self.median(aligned.map { $0[i].x }), -Self.median(aligned.map { $0[i].y }),
        -Self.median(aligned.map { $0[i].z }))
    }
    let axis = (median[Landmark.forehead].xy + median[Landmark.chin].xy) * 0.5
    let face = model.fitter.fit(landmarks: median, photoSize: imageSize, origin: axis)
    let fitted = model.landmarks(identity: face.identity, expression: face.expression)
    let seen = median.map { Vector3($0.x, -$0.y, -$0.z) }
    let placement = Similarity(from: fitted, to: seen, weights: [Float](repeating: 1, count: fitted.count))
    let back = placement.rotation.transposed * (1 / max(placement.scale, 1e-6))
    return fitted.indices.map { back * (seen[$0] - placement.translation) }
  }

  private static func median(_ values: [Float]) -> Float { values.sorted()[values.count / 2] }

  private static func median(_ seats: [Seat]) -> Seat {
    let straight = Seat(rotation: .identity, neck: .zero)
    let turns = seats.map { Seat(rotation: $0.rotation, neck: .zero).angles(from: straight) }
    return Seat(
      rotation: .rotation(
        yaw: median(turns.map { $0.x }), pitch: median(turns.map { $0.y }), roll: median(turns.map { $0.z })),
      neck: Vector3(median(seats.map { $0.neck.x }), median(seats.map { $0.neck.y }), median(seats.map { $0.neck.z })))
  }

  private static func median(_ readings: [EyeGauge.Reading]) -> EyeGauge.Reading {
    EyeGauge.Reading(
      opening: median(readings.map { $0.opening }),
      iris: Vector2(median(readings.map { $0.iris.x }), median(readings.map { $0.iris.y })))
  }
}
