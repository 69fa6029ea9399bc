import Head
import Linear

/// A One-Euro filter for each channel of a pose.
struct PoseFilter {
  // Chosen with docs/retarget.md's measurements: jitter of a still face against the lag of a moving one.
  private static let angle = OneEuroFilter.Tuning(restCutoff: 0.8, speedGain: 10)
  private static let place = OneEuroFilter.Tuning(restCutoff: 1, speedGain: 1.5)
  private static let gaze = OneEuroFilter.Tuning(restCutoff: 1.2, speedGain: 10)
  private static let lid = OneEuroFilter.Tuning(restCutoff: 3, speedGain: 10)
  private static let shape = OneEuroFilter.Tuning(restCutoff: 1.2, speedGain: 5)

  private var angles = [OneEuroFilter](repeating: OneEuroFilter(), count: 3)
  private var places = [OneEuroFilter](repeating: OneEuroFilter(), count: 3)
  private var gazes = [OneEuroFilter](repeating: OneEuroFilter(), count: 2)
  private var shapes = [OneEuroFilter](repeating: OneEuroFilter(), count: Blendshape.count)

  /// - Parameter step: seconds since the pose before.
  mutating func filter(_ pose: Pose, step: Float) -> Pose {
    var result = pose
    result.yaw = angles[0].filter(pose.yaw, step: step, Self.angle)
    result.pitch = angles[1].filter(pose.pitch, step: step, Self.angle)
    result.roll = angles[2].filter(pose.roll, step: step, Self.angle)
    for k in 0..<3 { result.translation[k] = places[k].filter(pose.translation[k], step: step, Self.place) }
    for k in 0..<2 { result.gaze[k] = gazes[k].filter(pose.gaze[k], step: step, Self.gaze) }
    for shape in FaceSolver.shapes {
      let isLid = shape == .eyeBlinkLeft || shape == .eyeBlinkRight
      let k = Int(shape.rawValue)
      result.weights[k] = shapes[k].filter(pose.weights[k], step: step, isLid ? Self.lid : Self.shape)
    }
    return result
  }
}
