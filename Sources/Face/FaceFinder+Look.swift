import Linear
import Pixels

/// A face of a picture, with what its owner ought to change.
public struct SeenFace: Equatable, Sendable {
  public var face: DetectedFace
  /// Degrees; nil where the landmarks are no possible view of a face.
  public var pose: FacePose?
  /// The irises, the subject's right one first.
  public var eyes: (Vector2, Vector2)
  /// Pixels of the photo between the cheeks.
  public var width: Float
  /// The most important first; empty: a good photo.
  public var advice: [FaceAdvice]
  /// Whether `examine` lets it pass, which refuses less than the advice does.
  public var isUsable: Bool

  public static func == (a: Self, b: Self) -> Bool {
    a.face == b.face && a.pose == b.pose && a.eyes == b.eyes && a.width == b.width && a.advice == b.advice
      && a.isUsable == b.isUsable
  }
}

extension FaceFinder {
  /// Every face that counts beside the largest, from the left, those included of which `examine` is not certain.
  /// - Parameters:
  ///   - picture: RGB.
  ///   - scale: the photo's pixels for one of the picture, where that is a smaller copy.
  public func look(at picture: PixelBuffer, scale: Float = 1) -> [SeenFace] {
    let candidates = distinctFaces(in: picture).sorted { $0.face.centre.x < $1.face.centre.x }
    return candidates.map { candidate in
      let landmarks = candidate.landmarks
      let width = (landmarks[454] - landmarks[234]).length * scale
      var seen = SeenFace(
        face: candidate.face, pose: nil, eyes: (landmarks[468], landmarks[473]), width: width, advice: [],
        isUsable: false)
      guard isCertain(candidate, in: picture), let measures = measure(picture, landmarks) else {
        let isTooSmall = (landmarks[468] - landmarks[473]).length * scale < FaceAdvice.smallestEyeDistance
        seen.advice = [isTooSmall ? .tooSmall : .covered]
        return seen
      }
      seen.pose = measures.pose
      let isWhole = Self.isWhole(landmarks, in: picture)
      let smallest = FaceAdvice.smallestEyeDistance / scale
      seen.isUsable = isWhole && FaceVerdict.refusal(measures, smallestEyeDistance: smallest) == nil
      if !isWhole { seen.advice.append(.cutOff) }
      seen.advice += FaceAdvice.all(measures, width: width, scale: scale)
      if isWhole && Self.isTight(landmarks, in: picture) { seen.advice.append(.tight) }
      if candidates.count > 1 { seen.advice.append(.otherPeople) }
      return seen
    }
  }
}
