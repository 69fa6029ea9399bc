import Engine
import Head
import Speech
import Stage
import Testing

@Suite("A mouth that knows the words")
struct ScriptedSpeechTests {
  static let rate = 48_000.0

  static func script(_ entries: [(Double, Double, String)]) throws -> Script {
    try Script(entries.map { Script.Entry(start: $0.0, end: $0.1, symbol: Array($0.2.utf8)) })
  }

  /// The poses of `sound` at 100 a second.
  static func poses(_ engine: Engine, _ sound: [Float]) throws -> [Pose] {
    engine.isAlive = false
    engine.setMood(friendly: 0)
    var poses: [Pose] = []
    for start in stride(from: 0, to: sound.count, by: 480) {
      try sound[start..<min(start + 480, sound.count)].withUnsafeBufferPointer {
        try engine.feed($0, sampleRate: rate)
      }
      let time = Double(start + 480) / rate - engine.soundDelaySeconds
      guard time >= 0 else { continue }
      engine.frame(at: time)
      poses.append(engine.pose)
    }
    return poses
  }

  /// A scripted P closes lips that the sound alone would open: over the mouth's middle they touch.
  @Test(.enabled(if: Browser.isReady, "needs dist/files/default.ftar"))
  func scriptedClosuresTouch() throws {
    let engine = try EngineTests.engine()
    try engine.load(avatar: Browser.bytes("default.ftar"), slot: 0)
    engine.schedule(try Self.script([(0.3, 0.5, "AA"), (0.5, 0.54, "P"), (0.54, 0.8, "AA")]))
    let poses = try Self.poses(engine, EngineTests.vowel(seconds: 1.2, rate: Self.rate))
    let jaw = poses[40..<70].map { $0.weights[.jawOpen] }
    #expect(jaw.max()! > 0.2)
    func open(_ pose: Pose) -> Float { pose.weights[.jawOpen] - pose.weights[.mouthClose] }
    let closed = try #require(poses[45..<60].min { open($0) < open($1) })
    let deformer = Deformer(rig: engine.rig)
    deformer.load(try #require(engine.avatar(slot: 0)), slot: 0)
    deformer.deform(closed)
    let gap = EmotionSpeechTests.lipGaps(deformer, engine.rig).max()!
    print("scripted P: widest gap between the inner lips \(gap) cm")
    #expect(gap < 0.03)
  }

  @Test func aScriptBelongsToTheSoundThatFollowsAndToNoLaterOne() throws {
    let engine = try EngineTests.engine()
    let sound = EngineTests.vowel(seconds: 1, rate: Self.rate)
    let heard = try Self.poses(engine, sound)
    engine.clearScript()
    engine.restartSound()
    engine.schedule(try Self.script([(0, 1, "UW")]))
    let scripted = try Self.poses(engine, sound)
    #expect(scripted[50].weights[.mouthPucker] > 0.5 && heard[50].weights[.mouthPucker] < 0.4)
    engine.restartSound()
    #expect(try Self.poses(engine, sound)[50].weights[.mouthPucker] == heard[50].weights[.mouthPucker])
  }

  @Test func interruptDropsTheRestOfTheScript() throws {
    let engine = try EngineTests.engine()
    let sound = EngineTests.vowel(seconds: 2, rate: Self.rate)
    engine.schedule(try Self.script([(0, 2, "UW")]))
    _ = try Self.poses(engine, Array(sound.prefix(48_000)))
    #expect(engine.newestSpeech?.visemes.strongest == .ou)
    engine.interrupt()
    _ = try Self.poses(engine, Array(sound.suffix(48_000)))
    #expect(engine.newestSpeech.map { $0.visemes[.ou] < 1 } == true)
  }

  @Test func aScriptMayComeInPiecesWhileTheSoundRuns() throws {
    let engine = try EngineTests.engine()
    let sound = EngineTests.vowel(seconds: 2, rate: Self.rate)
    engine.schedule(try Self.script([(0, 0.5, "UW")]))
    _ = try Self.poses(engine, Array(sound.prefix(19_200)))
    engine.schedule(try Self.script([(0, 0.5, "OW")]), at: 0.5)
    _ = try Self.poses(engine, Array(sound[19_200..<43_200]))
    #expect(engine.newestSpeech?.visemes.strongest == .oh)
  }
}
