import Foundation

/// The thread that encodes what `FrameQueue` brings.
final class EncoderThread: @unchecked Sendable {
  private let encoder: FilmEncoder
  private let queue: FrameQueue
  private let done = DispatchSemaphore(value: 0)

  init(encoder: FilmEncoder, queue: FrameQueue) {
    self.encoder = encoder
    self.queue = queue
  }

  func start() {
    let thread = Thread { [self] in
      run()
      done.signal()
    }
    thread.name = "encoder"
    thread.stackSize = 4 << 20
    thread.start()
  }

  /// Until the thread is through.
  func wait() {
    done.wait()
    done.signal()
  }

  private func run() {
    do throws(FilmError) {
      while let item = queue.next() {
        switch item.kind {
        case .picture(let slot, let isBottomFirst):
          try encoder.encode(picture: queue.bytes(slot), isBottomFirst: isBottomFirst)
          queue.giveBack(slot)
        case .sound(let samples): try encoder.encode(samples: samples)
        case .end:
          try encoder.end()
          return
        }
      }
    } catch {
      queue.fail(error)
    }
  }
}
