import Head
import Linear
import Speech

/// Turns speech frames, mood and idle life into a `Pose` for any moment of the sound.
///
/// Life is simulated in fixed ticks and interpolated, so that the display rate does not change it; all chance comes
/// from the seed. Time must not run backwards: an earlier time shows the newest tick.
public struct Performer: Sendable {
  /// Length of a tick of the idle motions, seconds.
  static let tick = 0.01

  /// Speech frames this far after a moment should have been added when its pose is asked for: lips meet ahead of their
  /// consonant. With fewer, closures come late and flat.
  public static let futureSeconds = MouthMotion.closureFuture

  /// How much the head moves.
  public var style = HeadMotionStyle.calm
  /// False stops head, gaze and blinks where they rest; speech goes on.
  public var isAlive = true
  private var emotions = InlineArray<6, Float>(repeating: 0)
  private var shownEmotions = InlineArray<6, Float>(repeating: 0)
  private var friendliness: Float = 0.12

  private var timeline = SpeechTimeline()
  private var random: SeededRandom
  private var blink: BlinkMotion
  private var gaze = GazeMotion()
  private var head = HeadMotion()
  private var breathing = Breathing()
  private var stress = StressDetector()
  private var browLift: Float = 0
  private var speaking: Float = 0
  private var wasSpeaking = false
  private var clock = 0.0
  private var before = Life()
  private var now = Life()
  private var started = false
  private var interruptedAt = -Double.infinity
  /// Frames of sound before this time are no longer shown (barge-in).
  private var dropBefore = -Double.infinity

  public init(seed: UInt64) {
    random = SeededRandom(seed: seed)
    blink = BlinkMotion(random: &random)
  }

  /// Strength of one emotion, 0...1; it fades there within about 0.3 s.
  public mutating func set(_ emotion: Emotion, to strength: Float) {
    emotions[Int(emotion.rawValue)] = max(0, min(1, strength == strength ? strength : 0))
  }

  /// A base line of friendliness, 0...1 (a trace of a smile between words).
  public mutating func setMood(friendly: Float) {
    friendliness = max(0, min(1, friendly == friendly ? friendly : 0)) * 0.3
  }

  /// Hands in the next speech frame, in order of time.
  public mutating func add(_ frame: SpeechFrame) {
    if frame.time > dropBefore { timeline.add(frame) }
  }

  /// Barge-in: the mouth closes within 100 ms of `time` and ignores the sound up to `soundFed` (seconds).
  public mutating func interrupt(at time: Double, soundFed: Double) {
    interruptedAt = time
    dropBefore = soundFed
  }

  /// Forgets all speech and starts the clock anew (another stream begins).
  public mutating func restartSound() {
    timeline.clear()
    started = false
    dropBefore = -Double.infinity
    interruptedAt = -Double.infinity
  }

  /// The pose for the sound at `time` (seconds since the sound began).
  public mutating func pose(at time: Double) -> Pose {
    var mouth = MouthMotion.mouth(at: time, in: timeline)
    let gate = 1 - Elementary.smoothstep(0, 0.08, Float(max(-1, time - interruptedAt)))
    if interruptedAt > -Double.infinity && gate < 1 {
      for i in 0..<Blendshape.count { mouth.weights[i] = mouth.weights[i] * gate }
      mouth.activity = mouth.activity * gate
      if gate == 0 {
        timeline.clear()
        interruptedAt = -Double.infinity
      }
    }
    advance(to: time, mouth: mouth)

    var pose = Pose()
    pose.weights = mouth.weights
    addLife(to: &pose, mouth: mouth, at: time)
    return pose
  }

  private mutating func advance(to time: Double, mouth: MouthMotion.Mouth) {
    guard started else {
      clock = time
      started = true
      return
    }
    // After a long gap (a hidden tab) there is no point in simulating every tick of it.
    if time - clock > 2 { clock = time - 2 }
    let step = Float(Self.tick)
    while clock + Self.tick <= time {
      clock += Self.tick
      let target: Float = mouth.activity > 0.3 ? 1 : 0
      speaking += (target - speaking) * (target > speaking ? 0.05 : 0.012)
      let accent = stress.advance(loudness: mouth.loudness * mouth.activity, step: step)
      if isAlive { live(step, accent: accent) }
      for i in 0..<Emotion.count {
        shownEmotions[i] = shownEmotions[i] + (emotions[i] - shownEmotions[i]) * 0.035
      }
    }
  }

  private mutating func live(_ step: Float, accent: Float) {
    before = now
    gaze.advance(step, speaking: speaking, random: &random)
    let nowSpeaking = speaking > 0.5
    // Blinks go with large gaze shifts and phrase ends.
    if gaze.startedLarge && random.uniform() < 0.6 { blink.begin(random: &random) }
    if wasSpeaking && !nowSpeaking && random.uniform() < 0.5 { blink.begin(random: &random) }
    wasSpeaking = nowSpeaking
    blink.advance(step, speaking: speaking, random: &random)
    head.advance(step, speaking: speaking, accent: accent, style: style, random: &random)
    breathing.advance(step, random: &random)
    if accent > 0 && random.uniform() < 0.45 { browLift = min(1, browLift + accent) }
    browLift -= browLift * step / 0.35
    now.angles = head.angles - Vector3(0, breathing.rise * 0.004, 0)
    now.translation = head.translation
    // The eyes hold the camera while the head moves (vestibulo-ocular reflex).
    now.gaze = gaze.direction + Vector2(-now.angles.x, now.angles.y) * 0.85
    now.blink = blink.closure
    now.brow = browLift
    now.breath = breathing.rise
  }

  private func addLife(to pose: inout Pose, mouth: MouthMotion.Mouth, at time: Double) {
    // Closures and rounding outrank a smile; the rest of an emotion stays.
    let mouthShare = (1 - 0.8 * mouth.closure) * (1 - 0.35 * max(0, mouth.activity))
    for emotion in Emotion.allCases {
      let amount = shownEmotions[Int(emotion.rawValue)]
      if amount > 0.003 { emotion.add(to: &pose.weights, amount: amount, mouth: mouthShare) }
    }
    let smile = friendliness * (1 - 0.5 * max(0, mouth.activity))
    pose.weights[.mouthSmileLeft] += smile
    pose.weights[.mouthSmileRight] += smile * 0.92
    let life = before.mixed(with: now, lifeFraction(at: time))
    let lift = life.brow * 0.35
    pose.weights[.browInnerUp] += lift * 0.6
    pose.weights[.browOuterUpLeft] += lift * 0.45
    pose.weights[.browOuterUpRight] += lift * 0.4
    pose.weights[.eyeBlinkLeft] = max(pose.weights[.eyeBlinkLeft], life.blink)
    pose.weights[.eyeBlinkRight] = max(pose.weights[.eyeBlinkRight], life.blink)
    pose.yaw = life.angles.x
    pose.pitch = life.angles.y
    pose.roll = life.angles.z
    pose.translation = life.translation
    pose.gaze = life.gaze
    addLids(for: pose.gaze, to: &pose.weights)
    pose.breath = life.breath
  }

  private func lifeFraction(at time: Double) -> Float {
    Float(max(0, min(1, (time - clock) / Self.tick)))
  }

  /// Lids follow the gaze: up and down move both lids, sideways the corners.
  private func addLids(for gaze: Vector2, to weights: inout BlendshapeWeights) {
    let full: Float = 0.436
    let up = max(0, gaze.y / full)
    let down = max(0, -gaze.y / full)
    let right = max(0, gaze.x / full)
    let left = max(0, -gaze.x / full)
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
