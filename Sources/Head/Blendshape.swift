/// The shapes of the rig: ARKit's 52 in alphabetical order, then the ones of our own. The raw value is the shape's
/// index everywhere (rig file, poses, tracks).
public enum Blendshape: UInt8, CaseIterable, Sendable {
  case browDownLeft, browDownRight, browInnerUp, browOuterUpLeft, browOuterUpRight
  case cheekPuff, cheekSquintLeft, cheekSquintRight
  case eyeBlinkLeft, eyeBlinkRight, eyeLookDownLeft, eyeLookDownRight, eyeLookInLeft, eyeLookInRight
  case eyeLookOutLeft, eyeLookOutRight, eyeLookUpLeft, eyeLookUpRight
  case eyeSquintLeft, eyeSquintRight, eyeWideLeft, eyeWideRight
  case jawForward, jawLeft, jawOpen, jawRight
  case mouthClose, mouthDimpleLeft, mouthDimpleRight, mouthFrownLeft, mouthFrownRight, mouthFunnel, mouthLeft
  case mouthLowerDownLeft, mouthLowerDownRight, mouthPressLeft, mouthPressRight, mouthPucker, mouthRight
  case mouthRollLower, mouthRollUpper, mouthShrugLower, mouthShrugUpper, mouthSmileLeft, mouthSmileRight
  case mouthStretchLeft, mouthStretchRight, mouthUpperUpLeft, mouthUpperUpRight
  case noseSneerLeft, noseSneerRight, tongueOut
  /// The tip of the tongue behind the upper teeth (D, N, L); not in ARKit.
  case tongueUp

  /// The number of shapes.
  public static let count = 53
}
