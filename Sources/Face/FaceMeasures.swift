import Linear
import Pixels

/// What the verdict on a photo rests on.
public struct FaceMeasures: Equatable, Sendable {
  public var pose: FacePose
  /// Pixels between the irises.
  public var irisDistance: Float
  /// How sure the landmark network is of a face, 0...1.
  public var presence: Float
  /// Mean distance between the landmarks of two passes, in units of the outer eye corners' distance.
  public var unsteadiness: Float
  /// Of the right and the left eye: opening, cover by glass (1 is the limit), stops by which the iris is darker than the
  /// skin, stops by which the white is brighter than the iris.
  public var opening: Vector2
  public var veil: Vector2
  public var irisDarkness: Vector2
  public var whiteness: Vector2
  /// Share of fine detail, 0...1.
  public var sharpness: Float

  /// Nil where the landmarks are no possible view of a face.
  init?(_ photo: PixelBuffer, _ landmarks: FaceLandmarks, again: FaceLandmarks) {
    guard let pose = FacePose(landmarks), landmarks.eyeDistance > 0 else { return nil }
    self.pose = pose
    irisDistance = (landmarks[473] - landmarks[468]).length
    presence = min(landmarks.score, again.score)
    var moved: Float = 0
    for k in 0..<FaceLandmarks.count { moved += (landmarks[k] - again[k]).length }
    unsteadiness = moved / (Float(FaceLandmarks.count) * landmarks.eyeDistance)
    let patch = FacePatch(photo, landmarks)
    func both(_ measure: (EyePoints) -> Float) -> Vector2 { Vector2(measure(.right), measure(.left)) }
    opening = landmarks.eyeOpening
    veil = both(patch.veil)
    irisDarkness = both(patch.irisDarkness)
    whiteness = both(patch.whiteness)
    sharpness = patch.sharpness()
  }
}
