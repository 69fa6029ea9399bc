/// Does two pieces of work that do not touch each other's data: at once where there are threads, else in turn. The second
/// is done on the caller's thread.
public typealias Pair = @Sendable (_ first: () -> Void, _ second: () -> Void) -> Void

/// Without threads.
@Sendable public func inTurn(_ first: () -> Void, _ second: () -> Void) {
  first()
  second()
}

/// What two pieces of work give.
func both<First, Second>(_ pair: @escaping Pair, _ first: () -> First, _ second: () -> Second) -> (First, Second) {
  var one: First?
  var other: Second?
  pair({ one = first() }, { other = second() })
  guard let one, let other else { preconditionFailure("both pieces are done before `pair` returns") }
  return (one, other)
}
