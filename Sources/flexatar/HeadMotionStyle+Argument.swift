import ArgumentParser
import Performance

extension HeadMotionStyle: ExpressibleByArgument {
  public init?(argument: String) {
    guard let style = Self.allCases.first(where: { "\($0.name)" == argument }) else { return nil }
    self = style
  }
}
