import Head
import Linear

extension Pose {
  /// A speaking mouth in a living face, in which a camera takes life's place as far as it has a say.
  init(
    mouth: MouthMotion.Mouth, life: Life, friendliness: Float, camera: CameraFollower, mouthSource: MouthSource,
    gaze offset: Vector2
  ) {
    self.init()
    let life = life.scaled(by: 1 - camera.weight)
    var mouth = mouth
    if mouthSource == .camera { mouth.fade(to: 1 - camera.weight) }
    weights = mouth.weights
    yaw = life.angles.x
    pitch = life.angles.y
    roll = life.angles.z
    translation = life.translation
    gaze = life.gaze
    breath = life.breath
    addEmotions(life, SpeechShare(mouth))
    addFace(life.face, quiet: 1 - 0.5 * max(0, mouth.activity), friendliness: friendliness)
    weights[.eyeBlinkLeft] = max(weights[.eyeBlinkLeft], life.blink)
    weights[.eyeBlinkRight] = max(weights[.eyeBlinkRight], life.blink)
    if camera.weight > 0 { addCamera(camera.pose, weight: camera.weight, mouth: mouth, source: mouthSource) }
    gaze += offset
    moveLidsWithGaze()
  }

  private mutating func addEmotions(_ life: Life, _ share: SpeechShare) {
    for emotion in Emotion.allCases {
      let strength = life.emotions[Int(emotion.rawValue)]
      guard strength > 0 else { continue }
      for part in emotion.recipe.shapes {
        let side = 1 + 0.5 * life.asymmetry * part.shape.side
        weights[part.shape] += part.weight * strength * side * share.of(part.shape)
      }
    }
  }

  /// - Parameter quiet: what speech leaves of it around the mouth.
  private mutating func addFace(_ face: SIMD8<Float>, quiet: Float, friendliness: Float) {
    weights[.browInnerUp] += face[0]
    weights[.browOuterUpLeft] += face[1]
    weights[.browOuterUpRight] += face[2]
    weights[.browDownLeft] += face[3]
    weights[.browDownRight] += face[3]
    let smile = 0.3 * friendliness
    weights[.mouthSmileLeft] += (smile + face[4]) * quiet
    weights[.mouthSmileRight] += (0.92 * smile + face[5]) * quiet
    weights[.cheekSquintLeft] += 0.4 * smile
    weights[.cheekSquintRight] += 0.4 * smile
    weights[.eyeSquintLeft] += face[6]
    weights[.eyeSquintRight] += face[6]
    weights[.mouthPressLeft] += face[7] * (2 * quiet - 1)
    weights[.mouthPressRight] += face[7] * (2 * quiet - 1)
  }

  /// Lids follow the gaze: up and down move both lids, sideways the corners.
  public mutating func moveLidsWithGaze() {
    let up = max(0, gaze.y / Limits.fullGaze)
    let down = max(0, -gaze.y / Limits.fullGaze)
    let right = max(0, gaze.x / Limits.fullGaze)
    let left = max(0, -gaze.x / Limits.fullGaze)
    weights[.eyeLookUpLeft] += up
    weights[.eyeLookUpRight] += up
    weights[.eyeLookDownLeft] += down
    weights[.eyeLookDownRight] += down
    weights[.eyeLookOutLeft] += right
    weights[.eyeLookInRight] += right
    weights[.eyeLookInLeft] += left
    weights[.eyeLookOutRight] += left
  }
}
