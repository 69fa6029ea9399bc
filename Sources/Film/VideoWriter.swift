import CLibAV
import Foundation
import Pixels

/// Writes a film: pictures and sound into .mp4, .mov (H.264 and AAC), .mkv (H.264 and Opus) or .webm (VP9 and Opus).
///
/// Picture `i` is shown at i / fps seconds, sample `n` heard at n / rate. Pictures are encoded on a thread of their own
/// while the next one is drawn. The file appears under its name only when `finish` succeeds; otherwise nothing is left.
public final class VideoWriter {
  public let width: Int
  public let height: Int
  private let encoder: FilmEncoder
  private let queue: FrameQueue
  private let thread: EncoderThread
  private let path: String
  private let partialPath: String
  private var isOver = false

  /// - Parameters:
  ///   - path: the ending chooses the container.
  ///   - width, height: even, 16...4096.
  ///   - fps: pictures a second, 1...240.
  ///   - audioRate: samples a second of the sound to come; nil for a silent film.
  ///   - channels: 1 or 2.
  public init(
    path: String, width: Int, height: Int, fps: Double, audioRate: Int?, channels: Int = 1
  ) throws(FilmError) {
    guard (16...4096).contains(width), (16...4096).contains(height), width % 2 == 0, height % 2 == 0 else {
      throw .badSize
    }
    guard fps >= 1, fps <= 240 else { throw .encodingFailed }
    if let audioRate {
      guard (4_000...384_000).contains(audioRate), (1...2).contains(channels) else { throw .unsupportedSound }
    }
    guard let container = FilmContainer(path: path) else { throw .unknownContainer }
    self.width = width
    self.height = height
    self.path = path
    let url = URL(fileURLWithPath: path)
    partialPath =
      url.deletingLastPathComponent().appendingPathComponent(
        ".\(url.lastPathComponent).\(UInt32.random(in: 0 ... .max)).part"
      ).path
    do throws(FilmError) {
      encoder = try FilmEncoder(
        path: partialPath, container: container, width: width, height: height, fps: fps, audioRate: audioRate,
        channels: channels)
    } catch {
      unlink(partialPath)
      throw error
    }
    queue = FrameQueue(capacity: 3, bytes: width * height * 4)
    thread = EncoderThread(encoder: encoder, queue: queue)
    thread.start()
  }

  deinit {
    guard !isOver else { return }
    abandon()
  }

  /// The next picture: 3 (RGB) or 4 channels (alpha is ignored), of the film's size.
  public func write(frame: PixelBuffer) throws(FilmError) {
    guard frame.width == width, frame.height == height, frame.channels >= 3 else { throw .badSize }
    try write(isBottomFirst: false) { bytes in
      frame.data.withUnsafeBytes { source in
        if frame.channels == 4 {
          bytes.copyMemory(from: source)
          return
        }
        for i in 0..<frame.width * frame.height {
          for c in 0..<3 { bytes[4 * i + c] = source[3 * i + c] }
          bytes[4 * i + 3] = 255
        }
      }
    }
  }

  /// The next picture, written by `fill` into RGBA memory of width * height * 4 bytes.
  func write(isBottomFirst: Bool, fill: (UnsafeMutableRawBufferPointer) -> Void) throws(FilmError) {
    guard !isOver, let slot = queue.take() else { throw queue.failure ?? .encodingFailed }
    fill(queue.bytes(slot))
    queue.put(FrameQueue.Item(kind: .picture(slot: slot, isBottomFirst: isBottomFirst)))
  }

  /// The next samples, interleaved.
  public func write(samples: [Float]) throws(FilmError) {
    guard !isOver, queue.failure == nil else { throw queue.failure ?? .encodingFailed }
    for sample in samples where !sample.isFinite { throw .notANumber }
    queue.put(FrameQueue.Item(kind: .sound(samples)))
  }

  /// Ends the film and gives the file its name.
  public func finish() throws(FilmError) {
    guard !isOver else { throw .encodingFailed }
    queue.put(FrameQueue.Item(kind: .end))
    thread.wait()
    if let failure = queue.failure {
      abandon()
      throw failure
    }
    isOver = true
    encoder.close()
    guard rename(partialPath, path) == 0 else {
      unlink(partialPath)
      throw .unwritable
    }
  }

  /// Gives the film up; nothing is left of it.
  public func cancel() {
    guard !isOver else { return }
    abandon()
  }

  private func abandon() {
    isOver = true
    queue.fail(.encodingFailed)
    thread.wait()
    encoder.close()
    unlink(partialPath)
  }
}
