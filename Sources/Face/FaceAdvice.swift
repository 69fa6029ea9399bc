/// What a person before a camera, or who chooses a photo, ought to change. The angles are the contract's; the gate of
/// `FaceFinder.examine` lets a little more pass, for photos that cannot be taken again.
public enum FaceAdvice: UInt8, Equatable, Sendable, CaseIterable {
  case covered
  case cutOff
  case turnLeft
  case turnRight
  case chinUp
  case chinDown
  case tooSmall
  case eyesHidden
  case blurred
  case turnLeftSlightly
  case turnRightSlightly
  case chinUpSlightly
  case chinDownSlightly
  case small
  case eyesNarrow
  case soft
  case tight
  case otherPeople

  /// Degrees from which a turned head is refused, and warned of.
  static let refusedAngle: Float = 15
  static let warnedAngle: Float = 10
  /// Pixels between the cheeks below which the avatar will be soft.
  static let smallFace: Float = 300
  /// Pixels between the irises below which no avatar is made.
  static let smallestEyeDistance: Float = 80

  /// Whether a photo is refused for it; else it is worth mending.
  public var isRefusal: Bool { rawValue < Self.turnLeftSlightly.rawValue }

  /// Stable, for programs.
  public var code: String {
    switch self {
    case .covered: "covered"
    case .cutOff: "cut-off"
    case .turnLeft, .turnRight, .chinUp, .chinDown: "turned"
    case .tooSmall: "too-small"
    case .eyesHidden: "eyes-hidden"
    case .blurred: "blurred"
    case .turnLeftSlightly, .turnRightSlightly, .chinUpSlightly, .chinDownSlightly: "turned-slightly"
    case .small: "small"
    case .eyesNarrow: "eyes-narrow"
    case .soft: "soft"
    case .tight: "tight"
    case .otherPeople: "other-people"
    }
  }

  /// Finer than the code where that leaves open which way to move. Stable, too.
  public var reason: String {
    switch self {
    case .turnLeft: "turn-left"
    case .turnRight: "turn-right"
    case .chinUp: "chin-up"
    case .chinDown: "chin-down"
    case .turnLeftSlightly: "turn-left-slightly"
    case .turnRightSlightly: "turn-right-slightly"
    case .chinUpSlightly: "chin-up-slightly"
    case .chinDownSlightly: "chin-down-slightly"
    default: code
    }
  }

  /// The sentence for the person in the picture: left and right are theirs.
  public var message: String {
    switch self {
    case .covered: "Something is before the face, or the light is too weak. Show the whole face."
    case .cutOff: "Part of the face is outside the picture. Move to the middle."
    case .turnLeft: "The head is turned too far. Turn it to your left, until you look straight ahead."
    case .turnRight: "The head is turned too far. Turn it to your right, until you look straight ahead."
    case .chinUp: "The head is bowed too far. Lift your chin."
    case .chinDown: "The head is tilted back too far. Lower your chin."
    case .tooSmall: "The face is too small. Come closer, or use a larger photo."
    case .eyesHidden: "The eyes are closed or covered. Open them; take off sunglasses, move hair aside."
    case .blurred: "The face is blurred. Hold still, or use a sharp photo."
    case .turnLeftSlightly: "Turn your head a little to your left."
    case .turnRightSlightly: "Turn your head a little to your right."
    case .chinUpSlightly: "Lift your chin a little."
    case .chinDownSlightly: "Lower your chin a little."
    case .small: "A larger face gives a sharper avatar. Come closer."
    case .eyesNarrow: "Open your eyes a little more."
    case .soft: "The face is not quite sharp. Hold still, or look for more light."
    case .tight: "There is little room round the head. Move back a little."
    case .otherPeople: "Somebody else is in the picture and would stay in its background."
    }
  }
}

extension FaceAdvice {
  /// Everything against a face and everything that could be better, the most important first.
  /// - Parameters:
  ///   - width: pixels between the cheeks in the photo itself.
  ///   - scale: the photo's pixels for one of the measured picture.
  static func all(_ m: FaceMeasures, width: Float, scale: Float) -> [FaceAdvice] {
    var list: [FaceAdvice] = []
    // The network is not certain of faces of few pixels: what is before one can be told from near by.
    let isTooSmall = m.irisDistance * scale < smallestEyeDistance
    if isTooSmall { list.append(.tooSmall) } else if m.presence < FaceVerdict.presence { list.append(.covered) }
    let yaw = m.pose.yaw
    let pitch = m.pose.pitch
    // A nose to the image's right is a head turned to its own left.
    if yaw > refusedAngle { list.append(.turnRight) } else if yaw < -refusedAngle { list.append(.turnLeft) }
    if pitch > refusedAngle { list.append(.chinUp) } else if pitch < -refusedAngle { list.append(.chinDown) }
    let isTurned = abs(yaw) > refusedAngle || abs(pitch) > refusedAngle
    // Two looks at a face agree unless something is before it.
    if !isTurned && m.unsteadiness > FaceVerdict.unsteadiness && list.isEmpty { list.append(.covered) }
    switch FaceVerdict.refusal(m.facingTheCamera, smallestEyeDistance: 0) {
    // Eyes that cannot be seen in a soft picture are not the person's fault.
    case .eyesHidden: list.append(m.sharpness < FaceVerdict.soft ? .blurred : .eyesHidden)
    case .blurred: list.append(.blurred)
    default: break
    }
    if !isTurned {
      if yaw > warnedAngle {
        list.append(.turnRightSlightly)
      } else if yaw < -warnedAngle {
        list.append(.turnLeftSlightly)
      }
      if pitch > warnedAngle {
        list.append(.chinUpSlightly)
      } else if pitch < -warnedAngle {
        list.append(.chinDownSlightly)
      }
    }
    if width < smallFace && !isTooSmall { list.append(.small) }
    for warning in FaceVerdict.warnings(m) {
      if warning == .eyesNarrow && !list.contains(.eyesHidden) { list.append(.eyesNarrow) }
      if warning == .soft && !list.contains(.blurred) { list.append(.soft) }
    }
    return list
  }
}

extension FaceMeasures {
  /// The same face with nothing against its pose, so that the verdict goes on to the eyes.
  fileprivate var facingTheCamera: FaceMeasures {
    var other = self
    other.pose.yaw = 0
    other.pose.pitch = 0
    other.pose.roll = 0
    other.unsteadiness = 0
    other.presence = 1
    return other
  }
}
