/// How much the head moves.
public enum HeadMotionStyle: UInt8, CaseIterable, Sendable {
  /// The head is still; eyes, brows and breath live on.
  case silent
  case calm
  case lively

  public var name: StaticString {
    switch self {
    case .silent: "silent"
    case .calm: "calm"
    case .lively: "lively"
    }
  }

  var gain: Float {
    switch self {
    case .silent: 0
    case .calm: 1
    case .lively: 1.7
    }
  }
}
