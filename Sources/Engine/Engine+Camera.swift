import Face
import Head
import Linear
import Performance
import Pixels
import Retarget

/// The user's camera drives the face. Watching (networks, 3 MB) and following (nothing) may be two engines' work: a page
/// watches in a worker of its own.
extension Engine {
  /// What a watched picture shows.
  public enum Sight: Sendable {
    case noFace
    /// The face at rest is being learnt.
    case calibrating
    /// Against the face at rest, see `Retargeter`.
    case pose(Pose)
  }

  /// Who is being watched.
  struct Watch {
    var tracker: FaceTracker
    var retargeter: Retargeter
  }

  /// Looks at the next picture of the camera (RGB, upright) at `time`, seconds on any clock.
  /// - Returns: nil before `openWatch`.
  public func watch(_ picture: PixelBuffer, at time: Double) -> Sight? {
    guard let face = watch?.tracker.track(picture) else { return watch == nil ? nil : .noFace }
    let size = Vector2(Float(picture.width), Float(picture.height))
    guard let pose = watch?.retargeter.retarget(face.points, imageSize: size, at: time) else { return .calibrating }
    return .pose(pose)
  }

  /// Begins with somebody new; `openCreation` comes before. `isMirrored` turns left for right.
  public func openWatch(isMirrored: Bool) {
    guard let vision, let fit = vision.rig.fit else { return }
    watch = Watch(tracker: FaceTracker(faces: vision.faces), retargeter: Retargeter(rig: vision.rig, fit: fit))
    watch?.retargeter.isMirrored = isMirrored
  }

  /// Learns the face at rest anew from the next second of pictures.
  public func calibrate() { watch?.retargeter.calibrate() }

  /// Whether the face at rest is being learnt.
  public var isCalibrating: Bool { watch?.retargeter.isCalibrating ?? false }

  /// Shows `pose` in the place of idle life from the next frame on; see `Performer.follow`.
  public func follow(_ pose: Pose, over seconds: Double) { performer.follow(pose, over: seconds) }

  /// The camera is gone: life comes back within half a second.
  public func releaseCamera() { performer.releaseCamera() }

  /// Who moves the mouth while a camera drives the face.
  public var mouthSource: MouthSource {
    get { performer.mouthSource }
    set { performer.mouthSource = newValue }
  }
}
