/// What can go wrong when the stage is set up.
public enum StageError: Error, Equatable, Sendable {
  /// There is no OpenGL ES 3 / WebGL2 context, or it was lost.
  case noContext
  /// The driver did not take a shader; its own words, UTF-8.
  case shaderRefused(log: [UInt8])

  /// The sentence for the user.
  public var message: String {
    switch self {
    case .noContext: "This device offers no OpenGL ES 3 (WebGL2) drawing context."
    case .shaderRefused: "The graphics driver refused the program that draws the face."
    }
  }
}
