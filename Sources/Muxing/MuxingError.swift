/// Why no file can be made of tracks.
public enum MuxingError: Error, Equatable, Sendable {
  /// There is no track, or one without a sample.
  case empty
  /// The container has no place for this codec, or for transparency.
  case codec
  /// A description is too short or is not the one of its codec.
  case description
  /// A size, rate, time or length is not possible.
  case number

  public var message: String {
    switch self {
    case .empty: "A film needs at least one track, and each track a sample."
    case .codec: "The container has no place for this codec."
    case .description: "The encoder's description of its stream is damaged."
    case .number: "A size, rate or time of a track is not possible."
    }
  }
}
