import Avatar
import Creation
import Face
import Head
import Linear
import Performance
import Pixels
import Retarget
import Speech
import Stage

/// The facade: load an avatar, feed sound, ask for frames. The same class runs in the page (through `EngineWasm`) and
/// natively (`Film`, the command line, tests).
///
/// Time is the sound's own: seconds since the first sample that was fed. The caller plays the sound late by at least
/// `delaySeconds` and asks for the frame of the sample that is heard.
public final class Engine {
  public let rig: Rig
  private let rigFile: [UInt8]
  private let tracker: SpeechTracker
  var performer: Performer
  private var avatars: (Avatar?, Avatar?)
  private var soundFed = 0.0
  private var heard = 0.0
  private var creator: Creator?
  /// What creation and the camera look with.
  private(set) var vision: (faces: FaceFinder, rig: Rig)?
  var watch: Watch?

  public private(set) var stage: Stage?
  /// What the last `frame(at:)` made.
  public private(set) var pose = Pose()
  /// The last speech frame handed out by the tracker.
  public private(set) var newestSpeech: SpeechFrame?
  /// How much of slot 1 shows beside slot 0, and where.
  public var mix: Mix = .none
  /// In so many seconds the mix goes from slot 0 alone to `mix` and back; 0: it stays.
  public var mixSwing = 0.0
  private var swings = 0.0
  public var framing = Framing.portrait
  public var pictureFrame = PictureFrame() {
    didSet { stage?.frame = pictureFrame }
  }
  /// Added to every pose: a caller's own head turn, shapes and gaze (zero by default).
  public var override = Pose()

  /// - Parameters:
  ///   - rig: contents of `rig.bin`.
  ///   - speech: contents of `speech.bin`.
  ///   - seed: of all chance in the idle motions.
  public init(rig: [UInt8], speech: [UInt8], seed: UInt64) throws(EngineError) {
    do throws(RigError) { self.rig = try Rig(player: rig, fit: nil) } catch { throw .rig(error) }
    do throws(SpeechError) { tracker = try SpeechTracker(model: speech) } catch { throw .speech(error) }
    rigFile = rig
    performer = Performer(seed: seed)
    avatars = (nil, nil)
  }

  // MARK: Avatars

  /// Reads a `.ftar` into slot 0 or 1; its pictures are then expected by `stage.texture(slot:image:)`.
  public func load(avatar bytes: [UInt8], slot: Int) throws(EngineError) {
    let avatar: Avatar
    do throws(AvatarFileError) { avatar = try AvatarFile.decode(bytes, rig: rig) } catch { throw .avatar(error) }
    try put(avatar, slot: slot)
  }

  public func put(_ avatar: Avatar, slot: Int) throws(EngineError) {
    switch slot {
    case 0: avatars.0 = avatar
    case 1: avatars.1 = avatar
    default: throw .badSlot
    }
    do throws(StageError) { try stage?.load(avatar, slot: slot) } catch { throw .stage(error) }
  }

  public func unload(slot: Int) {
    if slot == 0 { avatars.0 = nil } else { avatars.1 = nil }
    stage?.unload(slot: slot)
  }

  public func avatar(slot: Int) -> Avatar? { slot == 0 ? avatars.0 : slot == 1 ? avatars.1 : nil }

  // MARK: Drawing

  /// Compiles shaders and uploads the loaded avatars' geometry; an OpenGL ES 3 / WebGL2 context must be current.
  public func openStage() throws(EngineError) {
    let stage: Stage
    do throws(StageError) {
      stage = try Stage(rig: rig)
      if let avatar = avatars.0 { try stage.load(avatar, slot: 0) }
      if let avatar = avatars.1 { try stage.load(avatar, slot: 1) }
    } catch {
      throw .stage(error)
    }
    stage.frame = pictureFrame
    self.stage = stage
  }

  /// Forgets the stage, after its context was lost or before it goes.
  public func closeStage() { stage = nil }

  /// Draws `pose` into the current framebuffer, in pixels.
  public func draw(width: Int, height: Int) {
    stage?.draw(pose, mix: shownMix, framing: framing, width: width, height: height)
  }

  /// `mix` as far as it has swung.
  public var shownMix: Mix {
    guard mixSwing > 0 else { return mix }
    let part = 0.5 - 0.5 * Elementary.cos(Float(swings) * 2 * Elementary.pi)
    return Mix(mix.share * part, kind: mix.kind)
  }

  // MARK: Sound

  /// How long after a sample was fed the frame that shows it is ready, seconds (constant).
  public var delaySeconds: Double { tracker.delaySeconds }

  /// How late the sound is played, seconds: `delaySeconds`, the wait for the next speech frame, and what coarticulation
  /// looks ahead. Native rendering counts with this; a page settles as near to it as its 100 ms allow and shows the same
  /// mouth within 0.6 % of a shape's range (docs/browser.md).
  public var soundDelaySeconds: Double { delaySeconds + Self.showingSeconds }
  /// The part of `soundDelaySeconds` that comes after tracking.
  public static let showingSeconds = 0.030

  /// Feeds mono samples (-1...1) that follow the ones fed before.
  public func feed(_ samples: UnsafeBufferPointer<Float>, sampleRate: Double) throws(EngineError) {
    guard samples.count > 0 else { return }
    do throws(SpeechError) { try tracker.feed(samples, sampleRate: sampleRate) } catch { throw .speech(error) }
    soundFed += Double(samples.count) / sampleRate
    drain()
  }

  /// The sound has ended: the last frames come out and the mouth closes.
  public func endSound() {
    tracker.finish()
    drain()
  }

  /// What will be said, where that is known: the mouth follows `script` instead of the network while it lasts.
  ///
  /// Frames that came out already stay as they are: a script reaches the engine at the latest together with its sound.
  /// A script that comes before any sound belongs to the sound that follows. A later script takes the place of what an
  /// earlier one still has to say from its own beginning on.
  /// - Parameter start: where the script's time 0 lies, seconds of the sound.
  public func schedule(_ script: Script, at start: Double = 0) {
    tracker.script.forget(before: heard - Self.scriptMemory)
    tracker.script.append(script, delayedBy: start)
  }
  /// Scripts are kept until the frames that they direct have certainly come out, seconds.
  private static let scriptMemory = 1.0

  /// Forgets what will be said; the network goes on.
  public func clearScript() { tracker.script = Script() }

  /// A new sound begins at time 0.
  public func restartSound() {
    if soundFed > 0 { clearScript() }
    tracker.reset()
    performer.restartSound()
    soundFed = 0
    heard = 0
    newestSpeech = nil
  }

  /// Barge-in: the mouth closes within 100 ms; sound fed so far is no longer shown, and the rest of the script is dropped.
  public func interrupt() {
    clearScript()
    performer.interrupt(at: heard, soundFed: soundFed)
  }

  private func drain() {
    while let frame = tracker.nextFrame() {
      newestSpeech = frame
      performer.add(frame)
    }
  }

  // MARK: Frames

  /// Makes `pose` for the sample heard at `soundTime`, seconds.
  public func frame(at soundTime: Double) {
    guard soundTime.isFinite else { return }
    swing(by: soundTime - heard)
    heard = soundTime
    pose = performer.pose(at: soundTime, gaze: override.gaze)
    for i in 0..<Blendshape.count { pose.weights[i] = pose.weights[i] + override.weights[i] }
    pose.yaw += override.yaw
    pose.pitch += override.pitch
    pose.roll += override.roll
    pose.photoExpression = override.photoExpression
    Limits.clamp(&pose)
  }

  /// - Parameter seconds: negative or long where another sound has begun or nobody looked: then the mix waits.
  private func swing(by seconds: Double) {
    guard mixSwing > 0 else {
      swings = 0
      return
    }
    swings += max(0, min(0.25, seconds)) / mixSwing
    swings -= swings.rounded(.down)
  }

  /// Shows exactly `pose`, without life of its own (stills).
  public func show(_ pose: Pose) {
    self.pose = pose
    Limits.clamp(&self.pose)
  }

  // MARK: Life

  /// Holds an emotion at `strength`, 0...1, reached after `fade` seconds (0: at once).
  public func set(_ emotion: Emotion, to strength: Float, fade: Float = 0.4) {
    performer.set(emotion, to: strength, fade: fade)
  }
  /// Plays an emotion once: it comes, stays and is gone after `seconds`.
  public func play(_ emotion: Emotion, strength: Float, seconds: Float) {
    performer.play(emotion, strength: strength, seconds: seconds)
  }
  /// A base line of friendliness, 0...1.
  public func setMood(friendly: Float) { performer.setMood(friendly: friendly) }
  public var headMotion: HeadMotionStyle {
    get { performer.style }
    set { performer.style = newValue }
  }
  /// False lets everything but the mouth's speech come to rest.
  public var isAlive: Bool {
    get { performer.isAlive }
    set { performer.isAlive = newValue }
  }

  // MARK: Creation

  /// Loads what creation and watching a camera need; about 3 MB that a page fetches only then. Creation does two
  /// pieces of work at a time by `pair`, one after the other unless told.
  public func openCreation(
    detector: [UInt8], landmarks: [UInt8], matte: [UInt8], rigFit: [UInt8], pair: @escaping Pair = inTurn
  ) throws(EngineError) {
    let whole: Rig
    do throws(RigError) { whole = try Rig(player: rigFile, fit: rigFit) } catch { throw .rig(error) }
    guard let fit = whole.fit else { throw .rigWithoutFit }
    do throws(FaceError) {
      let faces = try FaceFinder(detector: detector, landmarks: landmarks, matte: matte)
      creator = Creator(rig: whole, fit: fit, faces: faces, pair: pair)
      vision = (faces, whole)
    } catch { throw .models(error) }
  }

  /// A photo (RGB, upright) becomes an avatar; the shell encodes the pictures and `AvatarFile.encode` packs them.
  /// `face` chooses one of several. `further` photos of the same person lend what the first one does not show. Below `smallestEyeDistance` pixels between
  /// the irises the face is too small.
  public func create(
    _ photo: PixelBuffer, further: [PixelBuffer] = [], face: FaceChoice? = nil, smallestEyeDistance: Float = 80,
    progress: (Float) -> Void
  ) throws(PhotoRefusal) -> CreatedAvatar? {
    guard let creator else { return nil }
    return try creator.create(
      photo, further: further, face: face, smallestEyeDistance: smallestEyeDistance,
      progress: progress)
  }
}
