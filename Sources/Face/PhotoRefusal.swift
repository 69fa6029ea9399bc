/// Why a photo cannot become an avatar. The command line, the SDK and the tests share these codes.
public enum PhotoRefusal: Error, Equatable, Sendable, CaseIterable {
  case noFace
  case noSuchFace
  case manyFaces
  case faceTooSmall
  case notFrontal
  case eyesHidden
  case blurred
  case tooLarge
  case unreadable

  /// Stable, for programs.
  public var code: String {
    switch self {
    case .noFace, .noSuchFace: "no-face"
    case .manyFaces: "many-faces"
    case .faceTooSmall: "face-too-small"
    case .notFrontal: "not-frontal"
    case .eyesHidden: "eyes-hidden"
    case .blurred: "blurred"
    case .tooLarge: "too-large"
    case .unreadable: "unreadable"
    }
  }

  /// The sentence that the user reads: what is wrong and how to mend it.
  public var message: String {
    switch self {
    case .noFace: "No whole face can be seen; use a photo that shows one person's face, uncovered and well lit."
    case .noSuchFace: "The chosen face is not in the photo; choose one that is (face 1 is the leftmost)."
    case .manyFaces:
      "There are several faces of about the same size; choose one (face 1 is the leftmost) or use a photo of one person."
    case .faceTooSmall:
      "The face is too small: its eyes have too few pixels between them; come closer or use a larger photo."
    case .notFrontal: "The face is turned away; use a photo that looks straight into the camera."
    case .eyesHidden:
      "The eyes are covered or closed; use a photo with open eyes, without sunglasses, hair or hands over them."
    case .blurred: "The face is blurred; use a photo in which it is sharp."
    case .tooLarge: "The picture has too many pixels or bytes; make it smaller."
    case .unreadable: "The file is not a picture that can be read; use a whole JPEG, PNG, WebP or HEIC file."
    }
  }
}
