/// Bytes for JavaScript.
final class Answer {
  private let block = Block<UInt8>()
  private(set) var count = 0
  var pointer: UnsafeMutablePointer<UInt8> { block.pointer }

  func set(_ bytes: [UInt8]) {
    let target = block.reserve(bytes.count)
    bytes.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { target.update(from: base, count: source.count) }
    }
    count = bytes.count
  }

  func set(code: String, message: String) { set(lines: [code, message]) }

  func set(lines: [String]) {
    var text: [UInt8] = []
    for (index, line) in lines.enumerated() {
      if index > 0 { text.append(10) }
      text.append(contentsOf: line.utf8)
    }
    set(text)
  }
}
