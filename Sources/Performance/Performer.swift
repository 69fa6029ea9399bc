import Head
import Linear
import Speech

/// Turns speech frames, mood, emotions and idle life into a `Pose` for any moment of the sound.
///
/// Life is simulated in fixed ticks and interpolated, so that the display rate does not change it; all chance comes
/// from the seed. Time must not run backwards: an earlier time shows the newest tick.
public struct Performer: Sendable {
  /// Length of a tick of the idle motions, seconds.
  static let tick = 0.01
  /// An interrupted mouth is closed after, seconds.
  private static let closing: Float = 0.04
  /// A change of mood has come by two thirds after this time, seconds.
  private static let moodSeconds: Float = 0.15

  /// Speech frames this far after a moment should have been added when its pose is asked for: lips meet ahead of their
  /// consonant. With fewer, closures come late and flat.
  public static let futureSeconds = MouthMotion.closureFuture

  /// Friendliness to begin with, 0...1.
  public static let ordinaryFriendliness: Float = 0.4

  /// How much the head moves.
  public var style = HeadMotionStyle.calm
  /// False lets head, gaze, lids and breath come to rest within half a second; then nothing moves but the mouth's speech
  /// and emotions that change.
  public var isAlive = true
  /// Who moves the mouth while a camera drives the face.
  public var mouthSource = MouthSource.both
  var camera = CameraFollower()
  private var friendliness = Self.ordinaryFriendliness
  private var wantedFriendliness = Self.ordinaryFriendliness

  private var timeline = SpeechTimeline()
  private var motion: LifeMotion
  private var clock = 0.0
  private var before = Life()
  private var now = Life()
  private var started = false
  private var interruptedAt = -Double.infinity
  /// Frames of sound before this time are no longer shown (barge-in).
  private var dropBefore = -Double.infinity

  public init(seed: UInt64) { motion = LifeMotion(seed: seed) }

  // MARK: Direction

  /// Holds an emotion at `strength`, 0...1, reached after `fade` seconds (0: at once). `neutral` takes that share of all
  /// others away.
  public mutating func set(_ emotion: Emotion, to strength: Float, fade: Float = 0.4) {
    motion.emotions.hold(emotion, Self.unit(strength), within: fade > 0 ? min(fade, 60) : 0)
  }

  /// Plays an emotion once, on top of what is held: it comes, stays and is gone after `seconds` (0.2...60).
  public mutating func play(_ emotion: Emotion, strength: Float, seconds: Float) {
    motion.emotions.play(emotion, Self.unit(strength), seconds: seconds > 0.2 ? min(seconds, 60) : 0.2)
  }

  /// A base line of friendliness, 0...1 (a trace of a smile between words).
  public mutating func setMood(friendly: Float) { wantedFriendliness = Self.unit(friendly) }

  /// Whether a phrase is being spoken, as head, gaze and breath see it: within 0.3 s of the voice.
  public var isSpeaking: Bool { motion.turn.isSpeaking }

  /// `value` within 0...1; not a number becomes 0.
  private static func unit(_ value: Float) -> Float { value == value ? max(0, min(1, value)) : 0 }

  // MARK: Speech

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

  // MARK: Frames

  /// The pose for the sound at `time` (seconds since the sound began).
  /// - Parameter gaze: added to life's own, radians; the lids follow it.
  public mutating func pose(at time: Double, gaze: Vector2 = Vector2(0, 0)) -> Pose {
    var mouth = MouthMotion.mouth(at: time, in: timeline)
    let gate = 1 - Elementary.smoothstep(0, Self.closing, Float(max(-1, time - interruptedAt)))
    if interruptedAt > -Double.infinity && gate < 1 {
      mouth.fade(to: gate)
      if gate == 0 {
        timeline.drop(through: dropBefore)
        interruptedAt = -Double.infinity
      }
    }
    advance(to: time)
    camera.advance(to: time)
    let life = before.mixed(with: now, Float(max(0, min(1, (time - clock) / Self.tick))))
    return Pose(
      mouth: mouth, life: life, friendliness: friendliness, camera: camera, mouthSource: mouthSource, gaze: gaze)
  }

  private mutating func advance(to time: Double) {
    guard started else {
      clock = time
      started = true
      friendliness = wantedFriendliness
      now = live(0)
      before = now
      return
    }
    // After a long gap (a hidden tab) there is no point in simulating every tick of it.
    if time - clock > 2 { clock = time - 2 }
    while clock + Self.tick <= time {
      clock += Self.tick
      before = now
      now = live(Float(Self.tick))
      friendliness += (wantedFriendliness - friendliness) * Float(Self.tick) / Self.moodSeconds
    }
  }

  private mutating func live(_ step: Float) -> Life {
    let frame = interruptedAt > -Double.infinity ? nil : timeline.latest(at: clock)
    return motion.advance(step, frame: frame, style: style, isAlive: isAlive)
  }
}
