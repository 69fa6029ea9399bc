import Avatar
import Face
import Head
import Speech
import Stage

extension EngineError {
  /// The sentence for the user.
  public var message: String {
    switch self {
    case .rig(let reason): reason.message
    case .speech(let reason): reason.message
    case .script(let reason): reason.message
    case .avatar(let reason): reason.message
    case .models(let reason): reason.message
    case .stage(let reason): reason.message
    case .badSlot: "There are two avatar slots, 0 and 1."
    case .rigWithoutFit: "The rig file for creation is missing."
    }
  }
}
