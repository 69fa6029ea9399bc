import Speech

/// How well answered visemes fit labels, frame by frame of 10 ms; any number of clips together. The definitions are those
/// of `Training/speech/scoring.py`.
struct SpeechScore {
  /// Closures of one kind, and the frames answered so.
  private struct Closures {
    var labelled = 0
    var found = 0
    var answered = 0
    var right = 0
  }

  /// How far from its label an answered closure counts, frames: lips 20 ms, lip and teeth 40 ms.
  private static let reaches: [(viseme: Viseme, frames: Int)] = [(.PP, 2), (.FF, 4)]

  /// Rows: what the label says; columns: what was answered.
  private var confusion = [[Int]](
    repeating: [Int](repeating: 0, count: Viseme.count), count: Viseme.count)
  private var closures = [Closures](repeating: Closures(), count: reaches.count)
  private var changes = 0
  private var frames = 0

  /// Adds a clip; what is longer of the two is cut. A label that is nil is not scored.
  mutating func add(labels: [Viseme?], answers: [Viseme]) {
    let count = min(labels.count, answers.count)
    for (label, answer) in zip(labels, answers) {
      if let label { confusion[Int(label.rawValue)][Int(answer.rawValue)] += 1 }
    }
    for (kind, (viseme, reach)) in Self.reaches.enumerated() {
      var isNear = [Bool](repeating: false, count: count)
      var start = 0
      while start < count {
        var end = start + 1
        while end < count, labels[end] == labels[start] { end += 1 }
        if labels[start] == viseme {
          let window = max(0, start - reach)..<min(count, end + reach)
          for frame in window { isNear[frame] = true }
          closures[kind].labelled += 1
          closures[kind].found += answers[window].contains(viseme) ? 1 : 0
        }
        start = end
      }
      for frame in 0..<count where answers[frame] == viseme {
        // A closed mouth in silence is no fault.
        guard isNear[frame] || (labels[frame] ?? .sil) != .sil else { continue }
        closures[kind].answered += 1
        closures[kind].right += isNear[frame] ? 1 : 0
      }
    }
    changes += zip(answers.prefix(count), answers.prefix(count).dropFirst()).count { $0 != $1 }
    frames += count
  }

  /// Share of the frames that are right.
  var accuracy: Double {
    let right = Viseme.allCases.reduce(0) { $0 + confusion[Int($1.rawValue)][Int($1.rawValue)] }
    return Self.ratio(right, confusion.joined().reduce(0, +))
  }

  /// Mean F1 of the visemes that are labelled at all.
  var macroF1: Double {
    var sum = 0.0
    var present = 0
    for i in 0..<Viseme.count {
      let labelled = confusion[i].reduce(0, +)
      guard labelled > 0 else { continue }
      present += 1
      sum += Self.ratio(2 * confusion[i][i], labelled + confusion.reduce(0) { $0 + $1[i] })
    }
    return sum / Double(max(present, 1))
  }

  /// Of P, B, M within 20 ms.
  var lips: (recall: Double, precision: Double) { Self.rates(closures[0]) }
  /// Of F, V within 40 ms.
  var lipOnTeeth: (recall: Double, precision: Double) { Self.rates(closures[1]) }

  /// Changes of the answered viseme a second.
  var changesPerSecond: Double { Self.ratio(changes, frames) / SpeechTracker.frameSeconds }

  private static func rates(_ closures: Closures) -> (recall: Double, precision: Double) {
    (ratio(closures.found, closures.labelled), ratio(closures.right, closures.answered))
  }

  private static func ratio(_ part: Int, _ whole: Int) -> Double { Double(part) / Double(max(whole, 1)) }
}
