import ArgumentParser
import Performance
import Stage

/// Values that the command line calls by name.
protocol Named: CaseIterable, Sendable {
  var word: String { get }
}

/// An option that takes one of `Value`'s names. The values' own types have raw values that say nothing to users, and
/// ArgumentParser shows those of any enumeration that has them.
struct Choice<Value: Named>: ExpressibleByArgument, Sendable {
  let value: Value

  init(_ value: Value) { self.value = value }

  init?(argument: String) {
    guard let value = Value.allCases.first(where: { $0.word == argument }) else { return nil }
    self.value = value
  }

  var defaultValueDescription: String { value.word }
  static var allValueStrings: [String] { Value.allCases.map(\.word) }
  static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
}

extension Framing: Named {
  var word: String { "\(name)" }
}

extension Mix.Kind: Named {
  var word: String {
    switch self {
    case .morph: "morph"
    case .hybrid: "hybrid"
    }
  }
}

extension HeadMotionStyle: Named {
  var word: String { "\(name)" }
}

extension MouthSource: Named {
  var word: String { "\(name)" }
}
