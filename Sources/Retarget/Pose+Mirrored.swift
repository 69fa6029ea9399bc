import Head

extension Pose {
  /// Left for right, as in a mirror.
  var mirrored: Pose {
    var pose = self
    for shape in Blendshape.allCases { pose.weights[shape.mirrored] = weights[shape] }
    pose.yaw = -yaw
    pose.roll = -roll
    pose.translation.x = -translation.x
    pose.gaze.x = -gaze.x
    return pose
  }
}

extension Blendshape {
  /// The same shape of the other side.
  var mirrored: Blendshape {
    switch self {
    case .jawLeft: .jawRight
    case .jawRight: .jawLeft
    case .mouthLeft: .mouthRight
    case .mouthRight: .mouthLeft
    case .browDownLeft, .browOuterUpLeft, .cheekSquintLeft, .eyeBlinkLeft, .eyeLookDownLeft, .eyeLookInLeft,
      .eyeLookOutLeft, .eyeLookUpLeft, .eyeSquintLeft, .eyeWideLeft, .mouthDimpleLeft, .mouthFrownLeft,
      .mouthLowerDownLeft, .mouthPressLeft, .mouthSmileLeft, .mouthStretchLeft, .mouthUpperUpLeft, .noseSneerLeft:
      Blendshape(rawValue: rawValue + 1)!
    case .browDownRight, .browOuterUpRight, .cheekSquintRight, .eyeBlinkRight, .eyeLookDownRight, .eyeLookInRight,
      .eyeLookOutRight, .eyeLookUpRight, .eyeSquintRight, .eyeWideRight, .mouthDimpleRight, .mouthFrownRight,
      .mouthLowerDownRight, .mouthPressRight, .mouthSmileRight, .mouthStretchRight, .mouthUpperUpRight,
      .noseSneerRight:
      Blendshape(rawValue: rawValue - 1)!
    default: self
    }
  }
}
