import Face

/// Why no avatar can be made of a film.
public enum FilmPhotosError: Error, Equatable, Sendable {
  /// It is not a film, or it cannot be read.
  case film(FilmError)
  /// It ends before there is anything to choose from.
  case tooShort
  /// No picture of it is a portrait; the reason is that of the best one.
  case refused(PhotoRefusal)

  /// Stable, for programs.
  public var code: String {
    switch self {
    case .film(.noPictures): "no-pictures"
    case .film: "unreadable"
    case .tooShort: "too-short"
    case .refused(let refusal): refusal.code
    }
  }

  /// The sentence that the user reads.
  public var message: String {
    switch self {
    case .film(let error): error.message
    case .tooShort: "The film is too short; half a second at least is needed, ten seconds are good."
    case .refused(.noFace), .refused(.noSuchFace):
      "No face was found in the film; it should show one person from the front."
    case .refused(.notFrontal):
      "The face is turned away throughout the film; it should look straight into the camera for a moment."
    case .refused(.blurred): "The face is blurred throughout the film; hold still for a moment."
    case .refused(.eyesHidden): "The eyes are covered or closed throughout the film."
    case .refused(let refusal): refusal.message
    }
  }
}
