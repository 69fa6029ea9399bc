import Engine

/// The installation is not complete.
public enum SetUpError: Error, Equatable, Sendable {
  /// There is no `Models` folder; `home` is what FLEXATAR_HOME says, if it is set.
  case noData(home: String?)
  /// One of the data files cannot be read.
  case missing(file: String)
  /// A data file was read, and the engine did not take it.
  case refused(EngineError)

  /// One sentence for the user.
  public var message: String {
    switch self {
    case .noData(let home?): "FLEXATAR_HOME is \(home), where there is no Models/rig.bin"
    case .noData(nil):
      "the folder Models cannot be found; run the program from its repository or set FLEXATAR_HOME to it"
    case .missing(let file): "\(file) is missing; run scripts/setup.sh once"
    case .refused(let reason): reason.message
    }
  }
}
