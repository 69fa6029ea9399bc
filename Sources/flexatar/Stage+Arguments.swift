import ArgumentParser
import Stage

extension Framing: ExpressibleByArgument {
  private var name: String {
    switch self {
    case .photo: "photo"
    case .close: "close"
    case .portrait: "portrait"
    case .shoulders: "shoulders"
    }
  }

  public init?(argument: String) {
    guard let framing = Self.allCases.first(where: { $0.name == argument }) else { return nil }
    self = framing
  }

  public var defaultValueDescription: String { name }
  public static var allValueStrings: [String] { allCases.map(\.name) }
}

extension Mix.Kind: ExpressibleByArgument {
  private var name: String {
    switch self {
    case .morph: "morph"
    case .hybrid: "hybrid"
    }
  }

  public init?(argument: String) {
    guard let kind = Self.allCases.first(where: { $0.name == argument }) else { return nil }
    self = kind
  }

  public var defaultValueDescription: String { name }
  public static var allValueStrings: [String] { allCases.map(\.name) }
}
