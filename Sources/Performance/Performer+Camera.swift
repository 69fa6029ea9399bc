import Head

extension Performer {
  /// Lets a pose that a camera has seen take the place of idle life: head, gaze, lids, brows, and the mouth as
  /// `mouthSource` says. Emotions and mood stay on top.
  /// - Parameters:
  ///   - pose: against the face at rest, see `Retarget`.
  ///   - seconds: how long the way there takes: the time between two poses; 0 shows it at once.
  public mutating func follow(_ pose: Pose, over seconds: Double) { camera.follow(pose, over: Float(seconds)) }

  /// The camera is gone: life comes back within half a second.
  public mutating func releaseCamera() { camera.release() }
}
