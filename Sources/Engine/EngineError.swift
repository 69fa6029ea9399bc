import Avatar
import Face
import Head
import Speech
import Stage

/// What can go wrong in the engine; each says what its caller can tell the user.
public enum EngineError: Error, Equatable, Sendable {
  case rig(RigError)
  case speech(SpeechError)
  case script(ScriptError)
  case avatar(AvatarFileError)
  case models(FaceError)
  case stage(StageError)
  /// `slot` must be 0 or 1.
  case badSlot
  /// The rig was loaded without its creation part.
  case rigWithoutFit
}
