import Synchronization

/// What is known once a part of the service listens: the service's own address, the port of what runs beside it; nil until then.
public final class Announced<Value: Sendable>: Sendable {
  private let held = Mutex<Value?>(nil)

  public init() {}

  public var value: Value? {
    get { held.withLock { $0 } }
    set { held.withLock { $0 = newValue } }
  }
}
