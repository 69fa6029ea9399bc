import LiveFace
import Testing

/// Knuth's MMIX generator: the same every time.
private struct Chance: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 32
  }
}

@Suite struct PlaybackQueueTests {
  /// 640 samples a tick, heard 1000 samples after the engine.
  private func queue() -> PlaybackQueue { PlaybackQueue(capacity: 100_000, delay: 1000, fade: 80) }

  @Test func whatIsPushedIsHeardOnceAndInOrder() {
    var queue = queue()
    let said = (1...5000).map(Int16.init)
    _ = queue.push(said)
    _ = queue.endSegment()
    var (heard, ahead, spoken) = ([Int16](), [Int16](), 0)
    for _ in 0..<12 {
      let tick = queue.advance(640)
      #expect(tick.heard.count == 640 && tick.ahead.count == 640)
      heard += tick.heard
      ahead += tick.ahead
      spoken += tick.spoken.count
    }
    #expect(Array(ahead[..<5000]) == said)
    #expect(Array(heard[1000..<6000]) == said)
    #expect(spoken == 5000)
  }

  @Test func aSegmentStartsWithItsFirstSampleAndEndsWithItsLast() {
    var queue = queue()
    _ = queue.push(Array(repeating: 9, count: 2000))
    _ = queue.endSegment()
    var ticks: [PlaybackQueue.Tick] = []
    for _ in 0..<6 { ticks.append(queue.advance(640)) }
    // Samples 1000..<3000 of the sound that is heard are the segment's.
    #expect(ticks.firstIndex { $0.before == [.started(segment: 1)] } == 1)
    #expect(ticks[1].spoken == 360..<640)
    #expect(ticks.firstIndex { $0.after == [.finished(segment: 1, position: 2000, interrupted: false)] } == 4)
    #expect(ticks[4].spoken == 0..<440)
  }

  @Test func anEndThatComesLateIsToldAtOnce() {
    var queue = queue()
    _ = queue.push(Array(repeating: 9, count: 640))
    var early: [PlaybackQueue.Event] = []
    for _ in 0..<6 { early += queue.advance(640).after }
    let (first, second) = (queue.endSegment(), queue.endSegment())
    #expect(early.isEmpty && second.isEmpty)
    #expect(first == [.finished(segment: 1, position: 640, interrupted: false)])
  }

  @Test func clearingReportsEverySegmentOnceAndSilencesTheRest() {
    var queue = queue()
    for _ in 0..<3 {
      _ = queue.push(Array(repeating: 1000, count: 3000))
      _ = queue.endSegment()
    }
    for _ in 0..<5 { _ = queue.advance(640) }
    let cleared = queue.clear()
    #expect(
      cleared == [
        .finished(segment: 1, position: 2200, interrupted: true),
        .finished(segment: 2, position: 0, interrupted: true),
        .finished(segment: 3, position: 0, interrupted: true),
      ])
    let tick = queue.advance(640)
    #expect(tick.ahead.allSatisfy { $0 == 0 } && tick.spoken.isEmpty && tick.before.isEmpty && tick.after.isEmpty)
    #expect(tick.heard[80...].allSatisfy { $0 == 0 }, "after a fade of 80 samples")
    let end = queue.endSegment()
    #expect(end.isEmpty, "the end of what was cleared is nobody's")
  }

  @Test func piecesInRealTimeAreSaidWithoutGaps() {
    var queue = queue()
    var (heard, pushed) = ([Int16](), 0)
    for index in 0..<45 {
      // Pieces of 320 samples that come two a tick, but for jitter.
      for _ in 0..<(index == 7 ? 1 : index == 8 ? 3 : 2) {
        _ = queue.push((0..<320).map { Int16(1 + pushed + $0) })
        pushed += 320
      }
      heard += queue.advance(640).heard
    }
    let voice = heard.drop { $0 == 0 }
    let gaps = zip(voice, voice.dropFirst()).filter { $0 != 0 && $1 != $0 + 1 }.count
    #expect(gaps <= 1, "one wait at the jitter, none later")
  }

  @Test func aTailWithoutAnEndIsSaidInTheEnd() {
    var queue = queue()
    _ = queue.push(Array(repeating: 9, count: 100))
    var spoken = 0
    for _ in 0..<8 { spoken += queue.advance(640).spoken.count }
    #expect(spoken == 100)
  }

  @Test func moreThanFitsIsRefusedWhole() {
    var queue = queue()
    let answers = [queue.push(Array(repeating: 1, count: 99_999)), queue.push([1, 1]), queue.push([1])]
    #expect(answers == [true, false, true])
    #expect(queue.waitingCount == 100_000)
  }

  @Test func everySegmentOfAThousandFinishesOnceWhateverHappens() {
    var random = Chance(state: 7)
    var queue = PlaybackQueue(capacity: 10_000_000, delay: 1632, fade: 80)
    var (finished, started) = ([Int: Int](), Set<Int>())
    var segments = 0
    func note(_ events: [PlaybackQueue.Event]) {
      for event in events {
        switch event {
        case .started(let segment):
          let isNew = started.insert(segment).inserted
          #expect(isNew && finished[segment] == nil)
        case .finished(let segment, let position, let interrupted):
          let before = finished.updateValue(position, forKey: segment)
          #expect(before == nil)
          #expect(interrupted || started.contains(segment))
        }
      }
    }
    while segments < 1000 {
      segments += 1
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        _ = queue.push(Array(repeating: 3, count: Int.random(in: 1...2000, using: &random)))
        for _ in 0..<Int.random(in: 0...8, using: &random) {
          let tick = queue.advance(640)
          note(tick.before)
          note(tick.after)
        }
      }
      if Int.random(in: 0..<5, using: &random) == 0 { note(queue.clear()) } else { note(queue.endSegment()) }
    }
    for _ in 0..<20_000 where queue.isSpeaking {
      let tick = queue.advance(640)
      note(tick.before)
      note(tick.after)
    }
    #expect(finished.count == 1000)
  }
}
