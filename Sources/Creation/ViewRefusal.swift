import Face

/// Why a further photo does not help an avatar, which is made without it.
public enum ViewRefusal: Error, Equatable, Sendable {
  /// It would make no avatar either, for the same reason.
  case photo(PhotoRefusal)
  /// It shows somebody else, or the same person in a light of another colour.
  case otherPerson

  /// Stable, for programs.
  public var code: String {
    switch self {
    case .photo(let refusal): refusal.code
    case .otherPerson: "other-person"
    }
  }

  /// The sentence that the user reads.
  public var message: String {
    switch self {
    case .photo(.notFrontal): "The face is turned too far; use a photo that looks almost straight into the camera."
    case .photo(.manyFaces): "There are several faces of about the same size; use photos of one person."
    case .photo(let refusal): refusal.message
    case .otherPerson: "The photo seems to show somebody else, or is lit in other colours; it was left out."
    }
  }
}
