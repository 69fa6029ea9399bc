import Avatar
import Engine
import Head
import Linear
import Performance
import Speech
import Stage

// Exports are plain functions over numbers and addresses; `web/sdk/engine.js` is their only caller and gives them
// types, views and errors. Addresses handed in are only read during the call.

@_expose(wasm, "answerPointer") @_cdecl("answerPointer")
public func answerPointer() -> UnsafeMutablePointer<UInt8> { shell.answer.pointer }

@_expose(wasm, "answerCount") @_cdecl("answerCount")
public func answerCount() -> Int { shell.answer.count }

/// Makes the engine out of `rig.bin` and `speech.bin`; a second call makes another in its place.
@_expose(wasm, "engineOpen") @_cdecl("engineOpen")
public func engineOpen(
  rig: UnsafePointer<UInt8>, rigCount: Int, speech: UnsafePointer<UInt8>, speechCount: Int, seed: UInt32
) -> Int32 {
  shell.succeeds { () throws(EngineError) in
    shell.engine = try Engine(rig: .init(rig, rigCount), speech: .init(speech, speechCount), seed: UInt64(seed))
  }
}

/// How long after a sample its mouth shape can be shown, seconds.
@_expose(wasm, "engineDelay") @_cdecl("engineDelay")
public func engineDelay() -> Double { shell.engine?.delaySeconds ?? 0 }

/// How much of the sound after a moment its mouth wants to know besides, seconds.
@_expose(wasm, "engineFuture") @_cdecl("engineFuture")
public func engineFuture() -> Double { Performer.futureSeconds }

/// How far behind its sound a frame is made that has everything its mouth wants to know, seconds.
@_expose(wasm, "engineSoundDelay") @_cdecl("engineSoundDelay")
public func engineSoundDelay() -> Double { shell.engine?.soundDelaySeconds ?? 0 }

/// Answers the names of 0 the emotions, 1 the head motions, 2 the mouth's sources, a line each; the line is the index elsewhere.
@_expose(wasm, "names") @_cdecl("names")
public func names(kind: Int32) {
  switch kind {
  case 0: shell.answer.set(lines: Emotion.allCases.map { String($0.name) })
  case 1: shell.answer.set(lines: HeadMotionStyle.allCases.map { String($0.name) })
  case 2: shell.answer.set(lines: MouthSource.allCases.map { String($0.name) })
  default: shell.answer.set(lines: [])
  }
}

@_expose(wasm, "avatarLoad") @_cdecl("avatarLoad")
public func avatarLoad(bytes: UnsafePointer<UInt8>, count: Int, slot: Int) -> Int32 {
  shell.succeeds { () throws(EngineError) in try shell.engine?.load(avatar: .init(bytes, count), slot: slot) }
}

@_expose(wasm, "avatarUnload") @_cdecl("avatarUnload")
public func avatarUnload(slot: Int) { shell.engine?.unload(slot: slot) }

/// Answers the JPEG file of the avatar's picture `index`; returns which picture it is, 0 after the last.
@_expose(wasm, "avatarPicture") @_cdecl("avatarPicture")
public func avatarPicture(slot: Int, index: Int) -> Int32 {
  guard let images = shell.engine?.avatar(slot: slot)?.images, images.indices.contains(index) else { return 0 }
  shell.answer.set(images[index].bytes)
  return Int32(images[index].image.rawValue)
}

/// Pixels that the file declares for the picture `index`.
@_expose(wasm, "avatarPictureWidth") @_cdecl("avatarPictureWidth")
public func avatarPictureWidth(slot: Int, index: Int) -> Int {
  shell.engine?.avatar(slot: slot)?.images[index].width ?? 0
}

@_expose(wasm, "avatarPictureHeight") @_cdecl("avatarPictureHeight")
public func avatarPictureHeight(slot: Int, index: Int) -> Int {
  shell.engine?.avatar(slot: slot)?.images[index].height ?? 0
}

// MARK: Sound and frames

/// Room for `count` samples, to be filled before `soundFeed`.
@_expose(wasm, "soundBuffer") @_cdecl("soundBuffer")
public func soundBuffer(count: Int) -> UnsafeMutablePointer<Float> { shell.sound.reserve(count) }

@_expose(wasm, "soundFeed") @_cdecl("soundFeed")
public func soundFeed(count: Int, rate: Double) -> Int32 {
  shell.succeeds { () throws(EngineError) in
    try shell.engine?.feed(UnsafeBufferPointer(start: shell.sound.pointer, count: count), sampleRate: rate)
  }
}

@_expose(wasm, "soundEnd") @_cdecl("soundEnd")
public func soundEnd() { shell.engine?.endSound() }

@_expose(wasm, "soundRestart") @_cdecl("soundRestart")
public func soundRestart() { shell.engine?.restartSound() }

@_expose(wasm, "soundInterrupt") @_cdecl("soundInterrupt")
public func soundInterrupt() { shell.engine?.interrupt() }

/// Reads a script: `times` are start and end of each entry in turn, seconds; `symbols` their phones or visemes, a line
/// each.
@_expose(wasm, "scriptRead") @_cdecl("scriptRead")
public func scriptRead(
  times: UnsafeRawPointer, timesBytes: Int, symbols: UnsafePointer<UInt8>, symbolsBytes: Int
) -> Int32 {
  shell.succeeds { () throws(EngineError) in
    let seconds = UnsafeRawBufferPointer(start: times, count: timesBytes).bindMemory(to: Double.self)
    let names = [UInt8](symbols, symbolsBytes).split(separator: 10, omittingEmptySubsequences: false)
    let entries = (0..<min(names.count, seconds.count / 2)).map {
      Script.Entry(start: seconds[2 * $0], end: seconds[2 * $0 + 1], symbol: [UInt8](names[$0]))
    }
    do throws(ScriptError) { shell.script = try Script(entries) } catch { throw .script(error) }
  }
}

/// Schedules the script that was read last; its time 0 lies `start` seconds after the sound's.
@_expose(wasm, "scriptSchedule") @_cdecl("scriptSchedule")
public func scriptSchedule(start: Double) { shell.engine?.schedule(shell.script, at: start) }

@_expose(wasm, "scriptClear") @_cdecl("scriptClear")
public func scriptClear() { shell.engine?.clearScript() }

/// The time of the newest speech frame, seconds of the sound; -1 before the first.
@_expose(wasm, "speechTime") @_cdecl("speechTime")
public func speechTime() -> Double { shell.engine?.newestSpeech?.time ?? -1 }

/// Makes the pose for the sound heard at `time`, seconds since the sound began.
@_expose(wasm, "frame") @_cdecl("frame")
public func frame(time: Double) { shell.engine?.frame(at: time) }

// MARK: Direction

/// `kind`: 0 morph, 1 hybrid; `swing`: seconds to `share` and back, 0 none.
@_expose(wasm, "setMix") @_cdecl("setMix")
public func setMix(share: Float, kind: UInt8, swing: Double) {
  shell.engine?.mix = Mix(share, kind: Mix.Kind(rawValue: kind) ?? .morph)
  shell.engine?.mixSwing = swing
}

/// Holds an emotion at `strength`, reached after `fade` seconds.
@_expose(wasm, "setEmotion") @_cdecl("setEmotion")
public func setEmotion(index: UInt8, strength: Float, fade: Float) {
  if let emotion = Emotion(rawValue: index) { shell.engine?.set(emotion, to: strength, fade: fade) }
}

/// Plays an emotion once, for `seconds` as a whole.
@_expose(wasm, "playEmotion") @_cdecl("playEmotion")
public func playEmotion(index: UInt8, strength: Float, seconds: Float) {
  if let emotion = Emotion(rawValue: index) { shell.engine?.play(emotion, strength: strength, seconds: seconds) }
}

@_expose(wasm, "setMood") @_cdecl("setMood")
public func setMood(friendly: Float) { shell.engine?.setMood(friendly: friendly) }

@_expose(wasm, "setHeadMotion") @_cdecl("setHeadMotion")
public func setHeadMotion(index: UInt8) {
  if let style = HeadMotionStyle(rawValue: index) { shell.engine?.headMotion = style }
}

/// 1 lets everything but the mouth's speech come to rest, 0 lets it live again.
@_expose(wasm, "setStill") @_cdecl("setStill")
public func setStill(still: Int32) { shell.engine?.isAlive = still == 0 }

/// Radians beyond the idle gaze; x to the image's right, y up.
@_expose(wasm, "setGaze") @_cdecl("setGaze")
public func setGaze(x: Float, y: Float) { shell.engine?.override.gaze = Vector2(x, y) }

// MARK: Poses as numbers, for tests and tools

/// Room for a pose as floats, see `Pose.count`.
@_expose(wasm, "poseBuffer") @_cdecl("poseBuffer")
public func poseBuffer() -> UnsafeMutablePointer<Float> { shell.pose.reserve(Pose.floatCount) }

@_expose(wasm, "poseCount") @_cdecl("poseCount")
public func poseCount() -> Int { Pose.floatCount }

/// Copies the pose of the last frame into the buffer.
@_expose(wasm, "poseRead") @_cdecl("poseRead")
public func poseRead() { shell.engine?.pose.write(to: poseBuffer()) }

/// Shows exactly the pose in the buffer.
@_expose(wasm, "poseShow") @_cdecl("poseShow")
public func poseShow() { shell.engine?.show(Pose(from: poseBuffer())) }
