import Film
import Foundation
import Performance
import Sockets
import Synchronization
import Workshop

/// The thread of one session: ticks by the clock, each with its sound and, unless it is late, a picture.
final class LiveStage: @unchecked Sendable {
  /// Frames that may be on their way to the client.
  private static let framesUnderWay = 3
  /// So long the client may take nothing, seconds.
  private static let longestStall = 10.0
  /// Sound that may wait, seconds.
  static let bufferSeconds = 300
  private static let fadeSeconds = 0.005

  private struct State {
    var queue: PlaybackQueue?
    var isInterrupted = false
    /// How often the buffer has been cleared.
    var clearings = 0
    /// A tick is between the queue and the client; what is cleared meanwhile is told behind its events.
    var isUnderWay = false
    var untoldClearings = 0
    var emotions: [(Emotion, Float)]?
    var isStopped = false
  }

  private let state = Mutex(State())
  private let wish: LiveWish
  private let avatar: [UInt8]
  private let files: DataFiles
  private let outbox: Outbox

  init(_ wish: LiveWish, avatar: [UInt8], files: DataFiles, outbox: Outbox) {
    self.wish = wish
    self.avatar = avatar
    self.files = files
    self.outbox = outbox
  }

  /// Runs until `stop` or the client stalls.
  /// - Parameters:
  ///   - ready: called on its thread once sound is taken.
  ///   - ended: called on its thread at the end, with what went wrong.
  func start(ready: @escaping @Sendable () -> Void, ended: @escaping @Sendable (LiveRefusal?) -> Void) {
    let thread = Thread { [self] in
      let refusal: LiveRefusal?
      do {
        try run(ready)
        refusal = nil
      } catch let error as LiveRefusal {
        refusal = error
      } catch let error as AvatarLoadingError {
        refusal = LiveRefusal(code: "bad-avatar", message: error.message)
      } catch let error as FilmError {
        refusal = LiveRefusal(code: "no-graphics", message: error.message)
      } catch let error as SetUpError {
        refusal = LiveRefusal(code: "not-set-up", message: error.message)
      } catch {
        refusal = LiveRefusal(code: "failed", message: "The face stopped: \(error).")
      }
      ended(refusal)
    }
    thread.stackSize = 8 << 20
    thread.name = "face"
    thread.start()
  }

  func stop() { state.withLock { $0.isStopped = true } }

  /// - Throws: `buffer-full`.
  func push(_ samples: [Int16]) throws(LiveRefusal) {
    guard state.withLock({ $0.queue?.push(samples) ?? true }) else {
      throw LiveRefusal(
        code: "buffer-full",
        message: "More than \(Self.bufferSeconds) seconds of sound wait to be said; send slower.")
    }
  }

  func endSegment() {
    state.withLock { state in for event in state.queue?.endSegment() ?? [] { tell(event) } }
  }

  func clear() {
    state.withLock { state in
      state.isInterrupted = true
      state.clearings += 1
      for event in state.queue?.clear() ?? [] { tell(event) }
      if state.isUnderWay { state.untoldClearings += 1 } else { tellCleared() }
    }
  }

  private func tellCleared() { outbox.say(#"{"type":"cleared"}"#) }

  func set(_ emotions: [(Emotion, Float)]) { state.withLock { $0.emotions = emotions } }

  private func tell(_ event: PlaybackQueue.Event) {
    switch event {
    case .started(let segment): outbox.say(#"{"type":"playback_started","segment":\#(segment)}"#)
    case .finished(let segment, let position, let interrupted):
      let seconds = Double(position) / Double(wish.rate)
      outbox.say(
        #"{"type":"playback_finished","segment":\#(segment),"position":\#(seconds),"interrupted":\#(interrupted)}"#)
    }
  }

  private func run(_ ready: () -> Void) throws {
    let face = try LiveFace(wish, avatar: avatar, files: files)
    state.withLock {
      $0.queue = PlaybackQueue(
        capacity: Self.bufferSeconds * wish.rate, delay: face.delay, fade: Int(Self.fadeSeconds * Double(wish.rate)))
    }
    let delay = Double(face.delay) / Double(wish.rate)
    outbox.say(
      #"{"type":"ready","rate":\#(wish.rate),"width":\#(wish.width),"height":\#(wish.height),"fps":\#(wish.fps),"#
        + #""delay":\#(delay),"pictures":"rgba"}"#)
    ready()
    let clock = ContinuousClock()
    let period = Duration.seconds(1 / wish.fps)
    var due = clock.now
    while true {
      let wait = clock.now.duration(to: due)
      if wait > .zero { Thread.sleep(forTimeInterval: wait / .seconds(1)) }
      let late = due.duration(to: clock.now)
      // A picture that is late is left out; the sound never is. After a long stall time goes on from now.
      let draws = late < period * 1.5
      due = late > .seconds(1) ? clock.now + period : due + period
      guard try step(face, draws: draws) else { return }
    }
  }

  /// - Returns: false when the session is over.
  private func step(_ face: LiveFace, draws: Bool) throws -> Bool {
    let seconds = face.seconds
    var (tick, clearings, interrupted, emotions, stopped) = state.withLock { state in
      defer { (state.isInterrupted, state.emotions, state.isUnderWay) = (false, nil, true) }
      let tick = state.queue!.advance(face.tickSamples)
      for event in tick.before { tell(event) }
      return (tick, state.clearings, state.isInterrupted, state.emotions, state.isStopped)
    }
    guard !stopped else { return false }
    if let emotions { face.set(emotions) }
    if interrupted { face.interrupt() }
    try face.tick(tick.ahead, draws: draws)
    guard outbox.waitForRoom(limit: Self.framesUnderWay, seconds: Self.longestStall) else {
      guard state.withLock({ $0.isStopped }) else {
        throw LiveRefusal(code: "too-slow", message: "Frames have not been read for \(Int(Self.longestStall)) seconds.")
      }
      return false
    }
    state.withLock { state in
      // What was cleared while the face was drawn is not heard any more.
      if state.clearings != clearings { tick.clear() }
      outbox.put(.binary(LiveFrame.bytes(tick, at: seconds, picture: draws ? face.picture.data : nil)))
      for event in tick.after { tell(event) }
      for _ in 0..<state.untoldClearings { tellCleared() }
      (state.isUnderWay, state.untoldClearings) = (false, 0)
    }
    return true
  }
}

extension PlaybackQueue.Tick {
  /// Nothing of it is heard; segments that would have ended in it are interrupted.
  fileprivate mutating func clear() {
    heard = [Int16](repeating: 0, count: heard.count)
    spoken = 0..<0
    after = after.map { event in
      guard case .finished(let segment, let position, _) = event else { return event }
      return .finished(segment: segment, position: position, interrupted: true)
    }
  }
}
