import Engine

extension Answer {
  /// A code for programs and the sentence for the user.
  func set(_ error: EngineError) {
    switch error {
    case .rig(let error): set(code: "bad-engine", message: error.message)
    case .speech(let error): set(code: "bad-engine", message: error.message)
    case .avatar(let error): set(code: "bad-avatar", message: error.message)
    case .models(let error): set(code: "model-missing", message: error.message)
    case .stage(let error): set(code: "webgl2-missing", message: error.message)
    case .badSlot: set(code: "engine-failed", message: "There are two avatar slots, 0 and 1.")
    case .creationClosed: set(code: "engine-failed", message: "Creation has not been opened.")
    case .rigWithoutFit: set(code: "bad-engine", message: "The rig file for creation is missing.")
    }
  }
}
