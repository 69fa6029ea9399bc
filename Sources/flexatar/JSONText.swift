/// A JSON value that can be written; numbers with as many digits as are asked for, members in the order given.
indirect enum JSONText {
  case string(String)
  case integer(Int)
  case number(Double, digits: Int)
  case bool(Bool)
  case array([JSONText])
  case object([(String, JSONText)])

  var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .string(let value): Self.write(value, to: &text)
    case .integer(let value): text += String(value)
    case .number(let value, let digits): text += Self.decimal(value, digits: digits)
    case .bool(let value): text += value ? "true" : "false"
    case .array(let values):
      text += "["
      for (i, value) in values.enumerated() {
        if i > 0 { text += "," }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (i, (name, value)) in members.enumerated() {
        if i > 0 { text += "," }
        Self.write(name, to: &text)
        text += ":"
        value.write(to: &text)
      }
      text += "}"
    }
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      case let control where control.value < 0x20:
        text += "\\u00" + (control.value < 0x10 ? "0" : "") + String(control.value, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }

  /// Fixed-point decimal without trailing zeros; what is not finite, or has more digits than an integer holds, becomes 0,
  /// which JSON can say.
  static func decimal(_ value: Double, digits: Int) -> String {
    var scale = 1
    for _ in 0..<digits { scale *= 10 }
    guard value.isFinite, abs(value) * Double(scale) < 9e18 else { return "0" }
    let scaled = Int((value * Double(scale)).rounded())
    let (whole, fraction) = abs(scaled).quotientAndRemainder(dividingBy: scale)
    var text = scaled < 0 ? "-\(whole)" : "\(whole)"
    guard fraction > 0 else { return text }
    var tail = String(fraction)
    tail = String(repeating: "0", count: digits - tail.count) + tail
    while tail.hasSuffix("0") { tail.removeLast() }
    text += "." + tail
    return text
  }
}
