/// What makes a photo less suited than it could be; the avatar is made all the same.
public enum PhotoWarning: Equatable, Sendable, CaseIterable {
  case turned
  case soft
  case smallFace
  case eyesNarrow
  case unevenEyes
  case otherFaces
  case tightCrop

  /// Stable, for programs.
  public var code: String {
    switch self {
    case .turned: "turned"
    case .soft: "soft"
    case .smallFace: "small-face"
    case .eyesNarrow: "eyes-narrow"
    case .unevenEyes: "uneven-eyes"
    case .otherFaces: "other-faces"
    case .tightCrop: "tight-crop"
    }
  }

  /// The sentence that the user reads.
  public var message: String {
    switch self {
    case .turned: "The face is turned a little; the far cheek and ear will look stretched when the avatar turns."
    case .soft: "The photo is not quite sharp; neither will the avatar be."
    case .smallFace: "The face is small in the photo; a larger one gives a sharper avatar."
    case .eyesNarrow: "The eyes are narrow in this photo; with wider open eyes the avatar blinks better."
    case .unevenEyes: "One eye is in shade or partly covered; the avatar keeps that."
    case .otherFaces: "There are other faces in the photo; the largest was taken, the others stay in the background."
    case .tightCrop: "The photo is cut close to the head; the cut edge will show when the avatar moves."
    }
  }
}
