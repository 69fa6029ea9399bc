/// One thing that was measured, and what it ought to be.
struct BenchFigure {
  /// What a good machine of two cores reaches.
  enum Bar {
    case atMost(Double)
    case atLeast(Double)
    case none
  }

  var name: String
  var value: Double
  var unit: String
  var bar = Bar.none

  /// Whether the bar is reached; true where there is none.
  var holds: Bool {
    switch bar {
    case .atMost(let most): value <= most
    case .atLeast(let least): value >= least
    case .none: true
    }
  }

  var line: String {
    let number = JSONText.decimal(value, digits: 3)
    let told = name + String(repeating: " ", count: max(1, 22 - name.count - number.count)) + number + " " + unit
    let sign =
      switch bar {
      case .atMost(let most): "<= " + JSONText.decimal(most, digits: 3)
      case .atLeast(let least): ">= " + JSONText.decimal(least, digits: 3)
      case .none: ""
      }
    guard !sign.isEmpty else { return told }
    return told + String(repeating: " ", count: max(1, 34 - told.count)) + sign + (holds ? "" : "   not reached")
  }

  var json: JSONText {
    var members: [(String, JSONText)] = [
      ("name", .string(name)), ("value", .number(value, digits: 6)), ("unit", .string(unit)),
    ]
    switch bar {
    case .atMost(let most): members.append(("atMost", .number(most, digits: 3)))
    case .atLeast(let least): members.append(("atLeast", .number(least, digits: 3)))
    case .none: return .object(members)
    }
    return .object(members + [("holds", .bool(holds))])
  }
}
