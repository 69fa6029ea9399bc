import Head
import Linear

/// Landmarks of one person's frames in, the pose that an avatar is to take out: head, gaze, lids, brows, cheeks and
/// mouth, all against the person's own neutral face. The first second of frames is taken for that face.
///
/// A pose's left is the person's left, as in a photo of them; `isMirrored` makes it what a mirror shows. Translation is
/// of the neck joint. Angles are radians, distances rig centimetres, see `Pose`.
public struct Retargeter: Sendable {
  /// The shapes that poses come with.
  public static var shapes: [Blendshape] { FaceSolver.shapes }
  private static let rightBrow: [Blendshape] = [.browDownRight, .browOuterUpRight, .noseSneerRight]
  private static let leftBrow: [Blendshape] = [.browDownLeft, .browOuterUpLeft, .noseSneerLeft]
  /// What a blink alone makes of a doubtful shape: less is not believed.
  private static let doubt: Float = 0.15
  /// After a gap of this length, seconds, the filters begin anew.
  private static let gap = 0.3

  /// Whether poses come out turned left for right.
  public var isMirrored = false
  private let model: FaceModel
  private let calibrationSeconds: Double
  private var calibration: Calibration?
  private var neutral: NeutralFace?
  private var weights: [Float] = []
  private var gaze = Vector2(0, 0)
  private var brows = BlendshapeWeights()
  private var filter = PoseFilter()
  private var newest = -Double.infinity

  /// - Parameters:
  ///   - fit: of the same rig.
  ///   - calibrationSeconds: how long the neutral face is watched.
  public init(rig: Rig, fit: RigFit, calibrationSeconds: Double = 1) {
    model = FaceModel(rig: rig, fit: fit)
    self.calibrationSeconds = calibrationSeconds
    calibrate()
  }

  /// Whether frames are being collected for the neutral face.
  public var isCalibrating: Bool { calibration != nil }

  /// Takes the frames to come for the neutral face; the face known so far goes on until then.
  public mutating func calibrate() { calibration = Calibration(seconds: calibrationSeconds) }

  /// - Parameters:
  ///   - landmarks: 478, picture pixels, z away from the viewer.
  ///   - imageSize: pixels.
  ///   - time: seconds on any clock.
  /// - Returns: nil until the neutral face is known.
  public mutating func retarget(_ landmarks: [Vector3], imageSize: Vector2, at time: Double) -> Pose? {
    let points = landmarks.map { Vector3($0.x, -$0.y, -$0.z) }
    if calibration?.add(points, at: time) == true { endCalibration(imageSize: imageSize) }
    guard let neutral else { return nil }
    let step = time - newest
    newest = time
    if step <= 0 || step > Self.gap {
      filter = PoseFilter()
      weights = [Float](repeating: 0, count: FaceSolver.shapes.count)
      gaze = Vector2(0, 0)
      brows = BlendshapeWeights()
    }
    let pose = filter.filter(pose(points, neutral, imageSize: imageSize), step: Float(step))
    return isMirrored ? pose.mirrored : pose
  }

  /// Ends the collection early (a film was shorter); nothing happens without a frame.
  public mutating func endCalibration(imageSize: Vector2) {
    guard let face = calibration?.neutralFace(model, imageSize: imageSize) else { return }
    neutral = face
    calibration = nil
    newest = -.infinity
  }

  private mutating func pose(_ points: [Vector3], _ neutral: NeutralFace, imageSize: Vector2) -> Pose {
    let face = model.solver.solve(Array(points[..<RigFit.landmarkCount]), neutral: neutral.shape, start: weights)
    weights = face.weights
    var pose = Pose()
    for (shape, weight) in zip(FaceSolver.shapes, face.weights) { pose.weights[shape] = weight }
    let aside = min(pose.weights[.mouthLeft], pose.weights[.mouthRight])
    for shape in [.mouthLeft, .mouthRight] as [Blendshape] { pose.weights[shape] -= aside }
    for shape in FaceSolver.doubtful {
      pose.weights[shape] = max(0, pose.weights[shape] - Self.doubt) / (1 - Self.doubt)
    }

    let seat = Seat(face.placement, imageSize: imageSize)
    let angles = seat.angles(from: neutral.seat)
    (pose.yaw, pose.pitch, pose.roll) = (angles.x, angles.y, angles.z)
    pose.translation = seat.translation(from: neutral.seat)

    let right = model.right.read(points, neutral: neutral.shape, placement: face.placement)
    let left = model.left.read(points, neutral: neutral.shape, placement: face.placement)
    // Behind closing lids the gaze stays where it was, and so does the brow above them: the network draws it along.
    let seenRight = model.right.visibility(right, rest: neutral.right)
    let seenLeft = model.left.visibility(left, rest: neutral.left)
    let seen =
      (model.right.gaze(right, rest: neutral.right) * seenRight + model.left.gaze(left, rest: neutral.left) * seenLeft)
      * (1 / max(seenRight + seenLeft, 0.01))
    gaze += (seen - gaze) * max(seenRight, seenLeft)
    pose.gaze = gaze
    let shares = [(Self.rightBrow, seenRight), (Self.leftBrow, seenLeft), ([.browInnerUp], min(seenRight, seenLeft))]
    for (shapes, share) in shares {
      for shape in shapes {
        brows[shape] += (pose.weights[shape] - brows[shape]) * share
        pose.weights[shape] = brows[shape]
      }
    }
    model.right.writeLids(right, rest: neutral.right, gaze: pose.gaze, to: &pose.weights)
    model.left.writeLids(left, rest: neutral.left, gaze: pose.gaze, to: &pose.weights)
    return pose
  }
}
