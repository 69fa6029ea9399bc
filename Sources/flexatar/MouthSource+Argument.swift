import ArgumentParser
import Performance

extension MouthSource: ExpressibleByArgument {
  public init?(argument: String) {
    guard let source = Self.allCases.first(where: { "\($0.name)" == argument }) else { return nil }
    self = source
  }

}
