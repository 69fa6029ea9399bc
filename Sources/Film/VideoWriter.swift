import Foundation
import Pixels

/// Writes a film: pictures and sound into .mp4, .mov (H.264 and AAC), .mkv (H.264 and Opus) or .webm (VP9 and Opus); or
/// pictures alone as numbered PNG files (`NumberedName`).
///
/// Picture `i` is shown at i / fps seconds, sample `n` heard at n / rate. Pictures are encoded on a thread of their own
/// while the next ones are drawn. Every film says that it is synthetic (`SyntheticMark`). The file appears under its name
/// only when `finish` succeeds. Until then its parts lie in a folder beside it, which a writer of the same film goes on
/// with when the process is killed (`FilmPlan.fingerprint`); otherwise nothing is left.
public final class VideoWriter {
  public let width: Int
  public let height: Int
  /// Pictures that an earlier writer of this film has left: the first to be written is the one behind them, while the
  /// sound comes from its beginning.
  public let kept: Int
  private let encoder: FilmEncoder
  private let queue: FrameQueue
  private let thread: EncoderThread
  private let folder: FilmFolder
  private var isOver = false

  /// - Parameters:
  ///   - path: the ending chooses the container; a slash at the end, a folder of PNG files; `%05d` numbers them.
  ///   - audioRate: samples a second of the sound to come; nil for a silent film.
  ///   - channels: 1 or 2.
  public init(path: String, _ plan: FilmPlan, audioRate: Int?, channels: Int = 1) throws(FilmError) {
    try plan.check()
    if let audioRate {
      guard (4_000...384_000).contains(audioRate), (1...2).contains(channels) else { throw .unsupportedSound }
    }
    guard let container = FilmContainer(path: path) else { throw .unknownContainer }
    if let name = NumberedName(path: path), name.isWhole { try Self.checkIsFree(name.folder) }
    (width, height) = (plan.width, plan.height)
    let mark = plan.fingerprint.map {
      "\(container) \(plan.width)x\(plan.height) \(plan.fps) \(plan.isTransparent)\n\($0)"
    }
    folder = try FilmFolder(for: path, fingerprint: mark)
    do throws(FilmError) {
      encoder = try FilmEncoder(folder, container, path: path, plan, audioRate: audioRate, channels: channels)
    } catch {
      folder.remove()
      throw error
    }
    kept = encoder.count
    queue = FrameQueue(capacity: 2 * Offscreen.most + 1, bytes: width * height * 4)
    thread = EncoderThread(encoder: encoder, queue: queue)
    thread.start()
  }

  deinit { cancel() }

  /// Whether a folder of pictures can be put in the place of `folder`: there is nothing, or an empty one.
  private static func checkIsFree(_ folder: String) throws(FilmError) {
    var (there, above) = (stat(), stat())
    // Without its slash a link is seen as one; it could not be replaced either.
    var bare = Substring(folder)
    while bare.count > 1 && bare.hasSuffix("/") { bare.removeLast() }
    guard lstat(String(bare), &there) == 0 else {
      guard errno == ENOENT else { throw .unwritable }
      return
    }
    guard there.st_mode & S_IFMT == S_IFDIR,
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    else { throw .unwritable }
    guard names.isEmpty else { throw .notEmpty }
    // Neither the folder that one is in nor a disk's own can be replaced.
    let last = folder.split(separator: "/").last
    guard last != ".", last != "..", stat(folder + "/..", &above) == 0, above.st_dev == there.st_dev else {
      throw .unwritable
    }
  }

  /// The next picture: 3 (RGB) or 4 channels (premultiplied alpha, ignored unless the film is transparent), of the
  /// film's size.
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
    let slot = try nextPlace(isBottomFirst: isBottomFirst)
    fill(bytes(of: slot))
    handOver(slot)
  }

  /// The place of the next picture, to be filled (`bytes`) and handed over by any thread before the film is finished.
  func nextPlace(isBottomFirst: Bool) throws(FilmError) -> Int {
    guard !isOver, let slot = queue.take() else { throw queue.failure ?? .encodingFailed }
    queue.put(FrameQueue.Item(kind: .picture(slot: slot, isBottomFirst: isBottomFirst)))
    return slot
  }

  /// RGBA, width * height * 4 bytes.
  func bytes(of place: Int) -> UnsafeMutableRawBufferPointer { queue.bytes(place) }

  func handOver(_ place: Int) { queue.fill(place) }

  /// The film cannot go on, whoever finds out.
  func fail(_ reason: FilmError) { queue.fail(reason) }

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
    isOver = true
    folder.remove()
    folder.leave()
    if let failure = queue.failure { throw failure }
  }

  /// Gives the film up; nothing is left of it.
  public func cancel() { stop(keeping: false) }

  /// Gives the film up for now; its finished parts stay for a writer that goes on.
  public func suspend() { stop(keeping: true) }

  private func stop(keeping: Bool) {
    guard !isOver else { return }
    isOver = true
    queue.fail(.encodingFailed)
    thread.wait()
    if !keeping { folder.remove() }
    folder.leave()
  }
}
