import Speech

/// The last half second of speech frames, by time. A ring: adding allocates nothing.
struct SpeechTimeline {
  /// 0.64 s at the tracker's 100 frames a second: more than any delay between tracking and display.
  static let capacity = 64
  private var frames: [SpeechFrame] = []
  private var next = 0
  private(set) var newestTime = -Double.infinity

  init() { frames.reserveCapacity(Self.capacity) }

  mutating func add(_ frame: SpeechFrame) {
    if frames.count < Self.capacity {
      frames.append(frame)
    } else {
      frames[next] = frame
    }
    next = (next + 1) % Self.capacity
    newestTime = frame.time
  }

  mutating func clear() {
    frames.removeAll(keepingCapacity: true)
    next = 0
    newestTime = -Double.infinity
  }

  /// Forgets what is not later than `time`.
  mutating func drop(through time: Double) {
    frames.removeAll { $0.time <= time }
    // A ring that has lost frames begins anew with the oldest.
    frames.sort { $0.time < $1.time }
    next = frames.count % Self.capacity
    newestTime = frames.last?.time ?? -Double.infinity
  }

  /// The newest frame that is not later than `time` nor older than 30 ms then.
  func latest(at time: Double) -> SpeechFrame? {
    var found: SpeechFrame?
    for frame in frames where frame.time <= time && frame.time > max(time - 0.03, found?.time ?? -.infinity) {
      found = frame
    }
    return found
  }

  /// Calls `body` with every frame whose time lies in `from`...`to`.
  func forEach(from: Double, to: Double, _ body: (SpeechFrame) -> Void) {
    for frame in frames where frame.time >= from && frame.time <= to { body(frame) }
  }
}
