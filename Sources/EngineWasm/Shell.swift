import Avatar
import Creation
import Engine
import Pixels
import Speech
import Stage

/// The state behind the exports: one engine in one WebAssembly instance, one thread. Everything that can fail answers
/// 1 on success and 0 on failure; the reason then lies in `answer` as "code\nsentence".
struct Shell {
  var engine: Engine?
  var creation = CreationShell()
  /// A film's tracks.
  var muxing = MuxingShell()
  /// A picture of a film, as the canvas and as the encoder have it.
  let filmPixels = Block<UInt8>()
  var filmAlpha: StraightAlpha?
  let filmPlanes = Block<UInt8>()
  /// The script that was read last.
  var script = Script()
  /// For tests only, see `deformerOpen`.
  var deformer: Deformer?
  /// What an export has to say besides its number; valid until the next call.
  let answer = Answer()
  /// Samples on their way in.
  let sound = Block<Float>()
  /// A picture of the camera on its way in.
  let picture = Block<UInt8>()
  /// A pose on its way in or out, see `PoseFloats`.
  let pose = Block<Float>()
}

nonisolated(unsafe) var shell = Shell()

extension Shell {
  /// Runs `body` and turns what it throws into an answer.
  func succeeds(_ body: () throws(EngineError) -> Void) -> Int32 {
    do throws(EngineError) {
      try body()
      return 1
    } catch {
      answer.set(code: error.code, message: error.message)
      return 0
    }
  }
}
