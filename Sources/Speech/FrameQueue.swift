/// Frames that wait to be taken, in a ring that grows only when more wait than ever before.
struct FrameQueue {
  private var ring = [SpeechFrame](
    repeating: SpeechFrame(time: 0, visemes: .rest, loudness: 0, voicing: 0, pitch: 0), count: 256)
  private var first = 0
  private var count = 0

  mutating func push(_ frame: SpeechFrame) {
    if count == ring.count { grow() }
    ring[(first + count) % ring.count] = frame
    count += 1
  }

  mutating func pop() -> SpeechFrame? {
    guard count > 0 else { return nil }
    defer {
      first = (first + 1) % ring.count
      count -= 1
    }
    return ring[first]
  }

  mutating func clear() { (first, count) = (0, 0) }

  private mutating func grow() {
    let old = ring.count
    ring = Array(ring[first...]) + Array(ring[..<first]) + ring
    first = 0
    count = old
  }
}
