import Linear
import Pixels

extension FaceFinder {
  /// A face in a further photo of a person, which may be turned, make any expression and have shut eyes.
  /// - Parameters:
  ///   - photo: RGB, upright.
  ///   - smallestEyeDistance: pixels between the irises, were the head not turned, below which the face is too small.
  /// - Throws: why this photo is of no help.
  public func examine(
    view photo: PixelBuffer, smallestEyeDistance: Float = 80
  ) throws(PhotoRefusal) -> PhotoExamination {
    let all = distinctFaces(in: photo)
    let index = try largest(of: all, in: photo)
    let landmarks = all[index].landmarks
    guard let measures = measure(photo, landmarks), Self.isWhole(landmarks, in: photo) else { throw .noFace }
    if let refusal = FaceVerdict.refusal(ofView: measures, smallestEyeDistance: smallestEyeDistance) { throw refusal }
    let others = all.indices.filter { $0 != index }.map { all[$0].face }
    return PhotoExamination(
      face: all[index].face, others: others, landmarks: landmarks, measures: measures, warnings: [])
  }
}

extension FaceVerdict {
  /// Of a further photo: beyond these angles the landmark network guesses the far side.
  static let viewYaw: Float = 35
  static let viewPitch: Float = 30
  static let viewUnsteadiness: Float = 0.06

  /// Why a further photo of somebody is of no help.
  static func refusal(ofView m: FaceMeasures, smallestEyeDistance: Float) -> PhotoRefusal? {
    if m.presence < presence { return .noFace }
    if m.unsteadiness > viewUnsteadiness || abs(m.pose.yaw) > viewYaw || abs(m.pose.pitch) > viewPitch
      || abs(m.pose.roll) > roll
    {
      return .notFrontal
    }
    let turn = Elementary.cos(m.pose.yaw * (Elementary.pi / 180))
    if m.irisDistance < smallestEyeDistance * turn { return .faceTooSmall }
    return m.sharpness < sharpness ? .blurred : nil
  }
}
