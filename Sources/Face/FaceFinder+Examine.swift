import Linear
import Pixels

extension FaceFinder {
  /// Decides whether an avatar can be made of a photo (RGB, upright).
  /// - Parameter smallestEyeDistance: pixels between the irises below which the face is too small. 80 gives a good
  ///   avatar; a caller who knows may ask for less.
  /// - Returns: the landmarks of the only or clearly largest face, what was measured, and warnings.
  /// - Throws: the first reason against it: no face, several, turned away, too small, eyes hidden, blurred.
  public func examine(
    _ photo: PixelBuffer, smallestEyeDistance: Float = 80
  ) throws(PhotoRefusal) -> PhotoExamination {
    let found = faces(in: photo).sorted { $0.size.x * $0.size.y > $1.size.x * $1.size.y }
    var main: (face: DetectedFace, landmarks: FaceLandmarks)?
    var others = false
    for face in found {
      if let main, face.longSide < main.face.longSide * FaceVerdict.otherFace {
        others = true
        continue
      }
      // The detector takes a knee for a face now and then, the landmark network does not.
      let landmarks = landmarks(in: photo, face: face)
      guard landmarks.score >= FaceVerdict.presence else { continue }
      if let main {
        // Two boxes may lead to one face.
        let isOther = (landmarks[1] - main.landmarks[1]).length > main.landmarks.eyeDistance
        if isOther, detector.confidence(in: face, of: photo) >= FaceVerdict.detection { throw .manyFaces }
        continue
      }
      main = (face, landmarks)
    }
    guard let main else { throw .noFace }
    // Hands, hats and cameras before a face, and profiles, make the detector doubt.
    guard detector.confidence(in: main.face, of: photo) >= FaceVerdict.detection else { throw .noFace }
    guard let measures = measure(photo, main.landmarks) else { throw .noFace }
    if let refusal = FaceVerdict.refusal(measures, smallestEyeDistance: smallestEyeDistance) { throw refusal }
    guard Self.isWhole(main.landmarks, in: photo) else { throw .noFace }
    var warnings = FaceVerdict.warnings(measures)
    if others { warnings.append(.otherFaces) }
    if Self.isTight(main.landmarks, in: photo) { warnings.append(.tightCrop) }
    return PhotoExamination(landmarks: main.landmarks, measures: measures, warnings: warnings)
  }

  /// Measures a face whose landmarks are known; nil where they are no possible view of a face.
  public func measure(_ photo: PixelBuffer, _ landmarks: FaceLandmarks) -> FaceMeasures? {
    FaceMeasures(photo, landmarks, again: refined(landmarks, in: photo))
  }

  /// Brows, eyes, nose, mouth and chin lie in the photo.
  private static func isWhole(_ landmarks: FaceLandmarks, in photo: PixelBuffer) -> Bool {
    for k in [70, 300, 105, 334, 33, 263, 1, 61, 291, 17, 152, 172, 397] {
      let p = landmarks[k]
      if p.x < 0 || p.y < 0 || p.x > Float(photo.width) || p.y > Float(photo.height) { return false }
    }
    return true
  }

  /// There is no room for hair above or beside the face.
  private static func isTight(_ landmarks: FaceLandmarks, in photo: PixelBuffer) -> Bool {
    let room = landmarks.eyeDistance * 0.35
    return landmarks[10].y < room * 1.4 || landmarks[234].x < room || landmarks[454].x > Float(photo.width) - room
      || landmarks[152].y > Float(photo.height) - room * 0.5
  }
}

extension DetectedFace {
  fileprivate var longSide: Float { max(size.x, size.y) }
}
