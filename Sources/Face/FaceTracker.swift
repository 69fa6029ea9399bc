import Linear
import Pixels

/// Follows one face through the pictures of a camera: the detector finds it, from then on the landmark network alone
/// looks where it was, one pass a picture.
public struct FaceTracker {
  /// Below this score the network does not look at a face any more.
  private static let presence: Float = 0.5
  /// Faces of fewer pixels between the outer eye corners show no lids.
  private static let smallestEyeDistance: Float = 16

  private let faces: FaceFinder
  private var newest: FaceLandmarks?
  /// Pictures since a face was seen.
  private var misses = 0
  private let thorough: Int

  /// - Parameter thorough: of so many pictures without a face one is searched for small ones, too; a camera cannot wait for
  ///   more.
  public init(faces: FaceFinder, thorough: Int = 10) { (self.faces, self.thorough) = (faces, thorough) }

  /// The landmarks of the face that is followed, or of the largest one; nil where there is none.
  /// - Parameter picture: RGB.
  public mutating func track(_ picture: PixelBuffer) -> FaceLandmarks? {
    if let newest {
      self.newest = Self.plausible(faces.refined(newest, in: picture))
      if self.newest != nil { return self.newest }
    }
    // A face that has moved far since the last picture is found again at once.
    let found = misses % thorough == 0 ? faces.faces(in: picture) : faces.largeFaces(in: picture)
    misses += 1
    guard let largest = found.max(by: { $0.size.x * $0.size.y < $1.size.x * $1.size.y }) else { return nil }
    newest = Self.plausible(faces.landmarks(in: picture, face: largest))
    if newest != nil { misses = 0 }
    return newest
  }

  private static func plausible(_ landmarks: FaceLandmarks) -> FaceLandmarks? {
    landmarks.score >= presence && landmarks.eyeDistance >= smallestEyeDistance && FacePose(landmarks) != nil
      ? landmarks : nil
  }
}
