/// What became of a further photo.
public struct ViewOutcome: Equatable, Sendable {
  /// What an avatar takes from a further photo.
  public enum Use: UInt8, Equatable, Sendable {
    case teeth, rightLid, leftLid, shape, texture

    /// Stable, for programs.
    public var name: String {
      switch self {
      case .teeth: "teeth"
      case .rightLid: "right-lid"
      case .leftLid: "left-lid"
      case .shape: "shape"
      case .texture: "texture"
      }
    }
  }

  /// Nil where it was of use.
  public var refusal: ViewRefusal?
  public var uses: [Use]

  public init(refusal: ViewRefusal? = nil, uses: [Use] = []) {
    self.refusal = refusal
    self.uses = uses
  }
}
