import Linear

/// From the network's logits to the weights that the mouth follows, without delay.
///
/// The viseme in force counts `hold` times, so that the mouth does not chatter between two that are nearly as likely;
/// the closures of lips, and of lip and teeth, are favoured, because a missed one is seen at once, but closed lips count
/// `hold` times less once they are closed: so they part as soon as they may. The largest weight is the viseme in force
/// (so far the same rule as `Training/speech/decoder.py`). A mouth that closed for a stop which never bursts opens to
/// rest after 100 quiet milliseconds.
struct VisemeDecoder {
  /// Natural logarithm of the factor by which the viseme in force counts more.
  static let hold: Float = 0.262_364_26
  /// Added to the logits of PP and FF.
  static let closedLips: Float = 1.12
  static let lipOnTeeth: Float = 0.95

  /// Quiet frames that a closure may last; after them rest gains on every other viseme, frame by frame.
  static let longestClosure = 10
  static let restGain: Float = 2

  private var current = Int(Viseme.sil.rawValue)
  private var quietFrames = 0

  mutating func reset() {
    current = Int(Viseme.sil.rawValue)
    quietFrames = 0
  }

  /// - Parameter quiet: whether nothing is heard above the noise floor.
  mutating func decode(_ logits: SIMD16<Float>, quiet: Bool) -> VisemeWeights {
    quietFrames = quiet ? min(quietFrames + 1, Self.longestClosure + 20) : 0
    var row = logits
    row[Int(Viseme.sil.rawValue)] += Float(max(0, quietFrames - Self.longestClosure)) * Self.restGain
    row[Int(Viseme.PP.rawValue)] += Self.closedLips
    row[Int(Viseme.FF.rawValue)] += Self.lipOnTeeth
    let stay = current == Int(Viseme.PP.rawValue) ? -Self.hold : Self.hold
    row[current] += stay
    var best = 0
    for index in 1..<Viseme.count where row[index] > row[best] { best = index }
    if best != current {
      row[current] -= stay
      if best != Int(Viseme.PP.rawValue) { row[best] += Self.hold }
      current = best
    }
    let top = row[best]
    var sum: Float = 0
    for index in 0..<Viseme.count {
      row[index] = Elementary.exp(row[index] - top)
      sum += row[index]
    }
    row[Viseme.count] = 0
    return VisemeWeights(lanes: row / SIMD16(repeating: sum))
  }
}
