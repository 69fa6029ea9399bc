import Engine

extension EngineError {
  /// A short name for programs; `web/sdk/errors.js` makes a class of error of it.
  var code: String {
    switch self {
    case .rig, .speech, .rigWithoutFit: "bad-engine"
    case .script: "bad-script"
    case .avatar: "bad-avatar"
    case .models: "model-missing"
    case .stage: "webgl2-missing"
    case .badSlot: "engine-failed"
    }
  }
}
