/// The voice that is still to be heard, in segments, and how much of each has been heard: what LiveKit's avatar protocol
/// calls `playback_started` and `playback_finished`. A value: time is the number of samples taken.
///
/// Samples go through two stages. `advance` takes a tick's samples for the engine, which needs to hear them earlier than
/// anybody else; the same samples are heard `delay` samples later. Each segment with at least one sample has exactly one
/// `finished`: when its last sample has been heard, or when it is cleared.
package struct PlaybackQueue: Sendable {
  package enum Event: Sendable, Equatable {
    case started(segment: Int)
    /// - Parameter position: samples of the segment that were heard.
    case finished(segment: Int, position: Int, interrupted: Bool)
  }

  /// What one tick brings.
  package struct Tick: Sendable, Equatable {
    /// For the engine: silence where there is nothing to say.
    package var ahead: [Int16] = []
    /// Heard now.
    package var heard: [Int16] = []
    /// Those of `heard` that belong to a segment.
    package var spoken = 0..<0
    /// To be told before and after the tick's sound.
    package var before: [Event] = []
    package var after: [Event] = []
  }

  private struct Segment: Sendable {
    var number: Int
    var start: Int
    /// Nil while more may come.
    var end: Int?
    var hasStarted = false
  }

  /// A stretch of the samples between the two stages.
  private struct Run: Sendable {
    var count: Int
    var isSpoken: Bool
  }

  /// A tick that is not whole waits for the rest of its samples, at most this often: senders in real time send pieces.
  private static let patience = 3

  /// Samples that may wait.
  package let capacity: Int
  /// Samples from the first stage to the second.
  package let delay: Int
  /// Samples over which a cleared sound fades out.
  private let fade: Int

  private var waiting: [Int16] = []
  private var taken = 0
  private var line: [Int16]
  private var runs: [Run]
  private var segments: [Segment] = []
  private var pushed = 0
  private var heard = 0
  private var segmentCount = 0
  private var waited = 0

  package init(capacity: Int, delay: Int, fade: Int) {
    self.capacity = capacity
    self.delay = delay
    self.fade = fade
    line = [Int16](repeating: 0, count: delay)
    runs = [Run(count: delay, isSpoken: false)]
  }

  /// Whether a segment is being said or waits.
  package var isSpeaking: Bool { !segments.isEmpty }
  /// Samples that wait.
  package var waitingCount: Int { waiting.count - taken }

  /// - Returns: false where the samples do not fit; then none of them were taken.
  package mutating func push(_ samples: some Collection<Int16>) -> Bool {
    guard !samples.isEmpty else { return true }
    guard waitingCount + samples.count <= capacity else { return false }
    if taken > 1 << 16 {
      waiting.removeFirst(taken)
      taken = 0
    }
    if segments.last.map({ $0.end != nil }) ?? true {
      segmentCount += 1
      segments.append(Segment(number: segmentCount, start: pushed))
    }
    waiting.append(contentsOf: samples)
    pushed += samples.count
    return true
  }

  /// The segment is complete; without samples there is none. What has been heard already is reported at once.
  package mutating func endSegment() -> [Event] {
    guard let last = segments.last, last.end == nil else { return [] }
    segments[segments.count - 1].end = pushed
    return finished()
  }

  /// Drops everything that has not been heard: one event for each segment.
  package mutating func clear() -> [Event] {
    var events: [Event] = []
    for segment in segments {
      events.append(
        .finished(segment: segment.number, position: max(0, heard - segment.start), interrupted: true))
    }
    segments = []
    waiting = []
    (taken, waited) = (0, 0)
    heard = pushed
    for index in line.indices {
      line[index] = index < fade ? Int16(Int(line[index]) * (fade - index) / fade) : 0
    }
    runs = [Run(count: delay, isSpoken: false)]
    return events
  }

  /// The next `count` samples.
  package mutating func advance(_ count: Int) -> Tick {
    var tick = Tick()
    let spoken = takeable(count)
    tick.ahead = Array(waiting[taken..<taken + spoken]) + [Int16](repeating: 0, count: count - spoken)
    taken += spoken
    if taken == waiting.count {
      waiting.removeAll(keepingCapacity: taken < 1 << 20)
      taken = 0
    }
    append(spoken, isSpoken: true)
    append(count - spoken, isSpoken: false)
    line += tick.ahead
    tick.heard = Array(line[..<count])
    line.removeFirst(count)
    tick.spoken = hear(count)
    // A sample of each of these segments is in the tick's sound.
    for index in segments.indices where segments[index].start < heard && !segments[index].hasStarted {
      segments[index].hasStarted = true
      tick.before.append(.started(segment: segments[index].number))
    }
    tick.after = finished()
    return tick
  }

  private mutating func takeable(_ count: Int) -> Int {
    let there = waitingCount
    if there >= count {
      waited = 0
      return count
    }
    guard there > 0 else { return 0 }
    let isWhole = segments.last?.end != nil
    waited += 1
    guard isWhole || waited > Self.patience else { return 0 }
    waited = 0
    return there
  }

  private mutating func append(_ count: Int, isSpoken: Bool) {
    guard count > 0 else { return }
    if let last = runs.last, last.isSpoken == isSpoken {
      runs[runs.count - 1].count += count
    } else {
      runs.append(Run(count: count, isSpoken: isSpoken))
    }
  }

  /// Takes `count` samples out of the second stage; returns which of them are spoken, from the first to the last.
  private mutating func hear(_ count: Int) -> Range<Int> {
    var (at, first, last) = (0, count, 0)
    while at < count {
      let run = runs[0]
      let part = min(run.count, count - at)
      if run.isSpoken {
        heard += part
        first = min(first, at)
        last = at + part
      }
      at += part
      if part == run.count { runs.removeFirst() } else { runs[0].count -= part }
    }
    return first < last ? first..<last : 0..<0
  }

  /// Segments whose last sample has been heard.
  private mutating func finished() -> [Event] {
    var events: [Event] = []
    while let first = segments.first, let end = first.end, heard >= end {
      events.append(.finished(segment: first.number, position: end - first.start, interrupted: false))
      segments.removeFirst()
    }
    return events
  }
}
