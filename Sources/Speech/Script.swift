import Linear

/// What is said and when, where that is known beforehand (a voice made from text, an alignment): its visemes take the
/// place of the network's. Where it says nothing, the network goes on.
public struct Script: Sendable, Equatable {
  /// A phone, or a mouth's shape, with its time.
  public struct Entry: Sendable, Equatable {
    /// Seconds of the sound.
    public var start: Double
    public var end: Double
    /// UTF-8, see `Viseme.init(symbol:)`. `SPN` and `NSN` (spoken and other noise) leave their time to the network.
    public var symbol: [UInt8]

    public init(start: Double, end: Double, symbol: [UInt8]) {
      self.start = start
      self.end = end
      self.symbol = symbol
    }
  }

  private struct Shape: Sendable, Equatable {
    var start: Double
    var end: Double
    var viseme: Viseme
  }

  /// Script and network blend within this time of the script's edges, outside of it: what it says holds from its first
  /// moment to its last. Seconds.
  static let crossfade = 0.030
  /// Aligners round: entries may overlap by this much, seconds.
  private static let tolerance = 0.001

  private var shapes: [Shape] = []

  /// Nothing is known.
  public init() {}

  /// - Parameter entries: in order of time, not overlapping by more than 1 ms.
  public init(_ entries: [Entry]) throws(ScriptError) {
    shapes.reserveCapacity(entries.count)
    var said = -Double.infinity
    for (index, entry) in entries.enumerated() {
      guard entry.start.isFinite, entry.end.isFinite, entry.start < entry.end else { throw .badTime(entry: index + 1) }
      guard entry.start >= said - Self.tolerance else { throw .notInOrder(entry: index + 1) }
      said = max(said, entry.end)
      if Self.isNoise(entry.symbol) { continue }
      guard let viseme = Viseme(symbol: entry.symbol) else {
        throw .unknownSymbol(entry: index + 1, symbol: entry.symbol)
      }
      shapes.append(Shape(start: entry.start, end: entry.end, viseme: viseme))
    }
  }

  private static func isNoise(_ symbol: [UInt8]) -> Bool {
    symbol == Array("SPN".utf8) || symbol == Array("NSN".utf8)
  }

  public var isEmpty: Bool { shapes.isEmpty }

  /// Adds `later`, `delay` seconds later; from where that begins it takes the place of what was to be said.
  public mutating func append(_ later: Script, delayedBy delay: Double) {
    guard let first = later.shapes.first else { return }
    let begin = first.start + delay
    while let last = shapes.last, last.end > begin {
      if last.start < begin {
        shapes[shapes.count - 1].end = begin
        break
      }
      shapes.removeLast()
    }
    for shape in later.shapes {
      shapes.append(Shape(start: shape.start + delay, end: shape.end + delay, viseme: shape.viseme))
    }
  }

  /// Forgets what was said before `time`, seconds.
  public mutating func forget(before time: Double) { shapes.removeFirst(firstShape(endingAfter: time)) }

  /// Puts the script's viseme in the place of the network's `weights` in the frame around `time`, seconds.
  func direct(_ weights: inout VisemeWeights, at time: Double) {
    guard !shapes.isEmpty else { return }
    let next = firstShape(endingAfter: time)
    let half = SpeechTracker.frameSeconds / 2
    // Closures are seen even where they are shorter than a frame: they own the frame that their middle lies in.
    for index in max(0, next - 1)...next + 1 where index < shapes.count && shapes[index].viseme.isClosure {
      let middle = (shapes[index].start + shapes[index].end) / 2
      if middle >= time - half && middle < time + half {
        weights.blend(with: shapes[index].viseme, share: 1)
        return
      }
    }
    if next > 0 {
      weights.blend(with: shapes[next - 1].viseme, share: Self.share(time - shapes[next - 1].end))
    }
    if next < shapes.count {
      weights.blend(with: shapes[next].viseme, share: Self.share(shapes[next].start - time))
    }
  }

  /// How much the script counts `distance` seconds outside of it.
  private static func share(_ distance: Double) -> Float {
    1 - Elementary.smoothstep(0, Float(crossfade), Float(distance))
  }

  /// By bisection.
  private func firstShape(endingAfter time: Double) -> Int {
    var (low, high) = (0, shapes.count)
    while low < high {
      let middle = (low + high) / 2
      if shapes[middle].end > time { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

extension Viseme {
  /// Lips on lips, or the lower one on the teeth.
  fileprivate var isClosure: Bool { self == .PP || self == .FF }
}

extension VisemeWeights {
  fileprivate mutating func blend(with viseme: Viseme, share: Float) {
    guard share > 0 else { return }
    lanes = lanes * (1 - share)
    self[viseme] += share
  }
}
