/// The quality gate: from which measures on a photo is refused, and what is worth a warning. The reasons for the numbers
/// are in docs/vision.md.
enum FaceVerdict {
  /// The detector's and the landmark network's confidence.
  static let detection: Float = 0.72
  static let presence: Float = 0.5
  static let unsteadiness: Float = 0.04
  static let yaw: Float = 23
  static let pitchDown: Float = 24
  static let pitchUp: Float = 22
  static let roll: Float = 40
  /// Mean opening of both eyes: closed, and narrow enough to want to see the white of an eye.
  static let closed: Float = 0.07
  static let narrow: Float = 0.10
  static let leastOpening: Float = 0.04
  static let veil: Float = 1
  static let irisDarkness: Float = 0.72
  static let whiteness: Float = 0.10
  static let whitenessOfNarrow: Float = 0.22
  static let sharpness: Float = 0.20
  static let soft: Float = 0.28
  /// Another face of this share of the largest one's size makes the choice unclear.
  static let otherFace: Float = 0.55
  /// Smaller ones than this share of the largest are nobody's portrait.
  static let countedFace: Float = 0.25

  static func refusal(_ m: FaceMeasures, smallestEyeDistance: Float) -> PhotoRefusal? {
    if m.presence < presence { return .noFace }
    if m.unsteadiness > unsteadiness || abs(m.pose.yaw) > yaw || m.pose.pitch > pitchDown || m.pose.pitch < -pitchUp
      || abs(m.pose.roll) > roll
    {
      return .notFrontal
    }
    if m.irisDistance < smallestEyeDistance { return .faceTooSmall }
    let opening = (m.opening.x + m.opening.y) * 0.5
    // A lowered lid with make-up can pass for one narrow eye, not for two.
    let isBlank =
      m.whiteness.max() < (opening < narrow ? whitenessOfNarrow : whiteness)
      || opening < narrow && m.whiteness.min() < whiteness
    if opening < closed || m.opening.min() < leastOpening || m.veil.max() > veil
      || m.irisDarkness.min() < irisDarkness || isBlank
    {
      return .eyesHidden
    }
    if m.sharpness < sharpness { return .blurred }
    return nil
  }

  static func warnings(_ m: FaceMeasures) -> [PhotoWarning] {
    var list: [PhotoWarning] = []
    if abs(m.pose.yaw) > 15 || abs(m.pose.pitch) > 15 { list.append(.turned) }
    if m.sharpness < soft { list.append(.soft) }
    if m.irisDistance < 110 { list.append(.smallFace) }
    if (m.opening.x + m.opening.y) * 0.5 < 0.115 { list.append(.eyesNarrow) }
    if m.veil.max() > 0.85 || m.irisDarkness.min() < 0.85 { list.append(.unevenEyes) }
    return list
  }
}
