/// Who moves the mouth while a camera drives the face.
public enum MouthSource: UInt8, CaseIterable, Sendable {
  /// The voice alone.
  case speech
  /// The camera alone.
  case camera
  /// The voice while it speaks, with the camera's smile on top; the camera for the rest.
  case both

  public var name: StaticString {
    switch self {
    case .speech: "speech"
    case .camera: "camera"
    case .both: "both"
    }
  }
}
