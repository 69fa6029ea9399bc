import Linear
import Speech

/// Everything in the face that no viseme moves, advanced tick by tick: blinks, gaze, head, brows, breath, emotions.
struct LifeMotion {
  /// The eyes take back this share of the head's turn and so stay on what they look at (vestibulo-ocular reflex).
  private static let reflex: Float = 0.85
  /// Coming alive or falling still takes about this long, seconds.
  private static let settling: Float = 0.4

  private(set) var turn = TurnTaking()
  var emotions: EmotionMotion
  private var prosody = Prosody()
  private var blink: BlinkMotion
  private var gaze: GazeMotion
  private var brows: BrowMotion
  private var breathing: Breathing
  private var head: HeadMotion
  private var face: FaceMotion
  /// 1 alive ... 0 still; negative before the first tick.
  private var presence: Float = -1

  init(seed: UInt64) {
    emotions = EmotionMotion(seed: seed)
    blink = BlinkMotion(seed: seed)
    gaze = GazeMotion(seed: seed)
    brows = BrowMotion(seed: seed)
    breathing = Breathing(seed: seed)
    head = HeadMotion(seed: seed)
    face = FaceMotion(seed: seed)
  }

  /// The next tick.
  /// - Parameter frame: the speech that is heard now, nil without any.
  mutating func advance(_ step: Float, frame: SpeechFrame?, style: HeadMotionStyle, isAlive: Bool) -> Life {
    let wanted: Float = isAlive ? 1 : 0
    if presence < 0 { presence = wanted }
    let change = step / Self.settling
    presence = wanted > presence ? min(1, presence + change) : max(wanted, presence - change)
    let activity = frame.map { 1 - $0.visemes[.sil] } ?? 0
    turn.advance(step, activity: activity)
    if presence > 0 { live(step, frame: frame, activity: activity, style: style) }
    let share = Elementary.smoothstep(0, 1, presence)
    emotions.advance(step, presence: share)

    var life = Life()
    life.emotions = emotions.strengths
    life.asymmetry = emotions.asymmetry
    guard share > 0 else { return life }
    let headShare = share * min(1, head.gain)
    life.angles = head.angles * share + (emotions.head - Vector3(0, 0.004 * breathing.rise, 0)) * headShare
    life.translation = head.translation * share + Vector3(0, 0, emotions.lean * headShare)
    let reflex = Vector2(-life.angles.x, life.angles.y) * Self.reflex
    life.gaze = gaze.direction * share + reflex
    life.blink = blink.closure * share
    life.breath = breathing.rise * share
    life.face = (face.weights + browLift) * share
    return life
  }

  private mutating func live(_ step: Float, frame: SpeechFrame?, activity: Float, style: HeadMotionStyle) {
    prosody.advance(step, frame: frame, activity: activity)
    gaze.advance(step, turn: turn, emotion: emotions.gaze)
    blink.advance(step, turn: turn, gazeShifted: gaze.startedLarge)
    brows.advance(step, prosody: prosody)
    breathing.advance(step, turn: turn)
    head.advance(step, turn: turn, prosody: prosody, style: style, gaze: gaze.target)
    face.advance(step)
  }

  private var browLift: SIMD8<Float> {
    let lift = brows.lift
    return SIMD8(0.34 * lift.x, 0.3 * lift.y, 0.3 * lift.z, 0, 0, 0, 0, 0)
  }
}
