import Avatar
import Creation
import Engine
import Stage

/// The state behind the exports: one engine in one WebAssembly instance, one thread. Everything that can fail answers
/// 1 on success and 0 on failure; the reason then lies in `answer` as "code\nsentence".
struct Shell {
  var engine: Engine?
  var creation = CreationShell()
  /// For tests only, see `deformerOpen`.
  var deformer: Deformer?
  /// What an export has to say besides its number; valid until the next call.
  let answer = Answer()
  /// Samples on their way in.
  let sound = Block<Float>()
  /// A pose on its way in or out, see `PoseFloats`.
  let pose = Block<Float>()
}

nonisolated(unsafe) var shell = Shell()

extension Shell {
  /// Runs `body` and turns what it throws into an answer.
  func succeeds(_ body: () throws(EngineError) -> Void) -> Int32 {
    do throws(EngineError) {
      try body()
      return 1
    } catch {
      answer.set(code: error.code, message: error.message)
      return 0
    }
  }
}

/// A block of memory that JavaScript reads or fills; it only grows.
final class Block<Element: BitwiseCopyable> {
  private(set) var pointer = UnsafeMutablePointer<Element>.allocate(capacity: 1)
  private var capacity = 1

  /// Room for at least `count` elements; what was inside may be lost.
  func reserve(_ count: Int) -> UnsafeMutablePointer<Element> {
    if count > capacity {
      pointer.deallocate()
      pointer = .allocate(capacity: count)
      capacity = count
    }
    return pointer
  }
}

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
    for line in lines {
      if !text.isEmpty { text.append(10) }
      text.append(contentsOf: line.utf8)
    }
    set(text)
  }
}

extension [UInt8] {
  /// What JavaScript has put at `start`.
  init(_ start: UnsafePointer<UInt8>, _ count: Int) {
    self.init(UnsafeBufferPointer(start: start, count: count))
  }
}

extension String {
  init(_ text: StaticString) {
    self.init(decoding: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount), as: UTF8.self)
  }
}
