/// What `FaceFinder.examine` found in a photo that is good enough.
public struct PhotoExamination: Equatable, Sendable {
  public var face: DetectedFace
  /// Other people's faces.
  public var others: [DetectedFace]
  public var landmarks: FaceLandmarks
  public var measures: FaceMeasures
  public var warnings: [PhotoWarning]
}
