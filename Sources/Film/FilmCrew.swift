import Foundation
import Head
import Stage

/// Draws the pictures of a film on threads of its own, as many at once as there are stages of everybody, and hands them
/// to the writer in order.
final class FilmCrew {
  /// Somebody's face in a picture.
  typealias Face = (pose: Pose, mix: Mix)

  private let painters: [Painter]
  private let writer: VideoWriter
  private var count = 0

  /// - Parameter stages: everybody's, each as many as `Offscreen.several` has given; released by whoever set them up.
  init(
    _ stages: [[Offscreen]], framing: Framing, grid: FilmGrid, subtitles: SubtitlePainter?, writer: VideoWriter
  ) {
    self.writer = writer
    let lettering = Lettering(subtitles)
    let most = stages.map(\.count).min() ?? 0
    painters = (0..<most).map { index in
      Painter(stages.map { $0[index] }, framing: framing, grid: grid, lettering: lettering, writer: writer)
    }
    for painter in painters { painter.start() }
  }

  /// The next picture: everybody's face at a moment of the film, seconds. Waits while several are not drawn yet.
  func draw(_ faces: [Face], at moment: Double) throws(FilmError) {
    let place = try writer.nextPlace(isBottomFirst: true)
    painters[count % painters.count].add(Painter.Job(faces: faces, moment: moment, place: place))
    count += 1
  }

  /// Waits until all pictures are drawn; the stages are free again.
  func end() { for painter in painters { painter.end() } }
}

/// Subtitles for pictures of several threads.
private final class Lettering: @unchecked Sendable {
  private let lock = NSLock()
  private let painter: SubtitlePainter?

  init(_ painter: SubtitlePainter?) { self.painter = painter }

  func paint(_ picture: UnsafeMutableRawBufferPointer, at moment: Double) {
    lock.withLock { painter?.paint(picture, at: moment) }
  }
}

/// A thread that draws its share of the pictures.
private final class Painter: @unchecked Sendable {
  struct Job {
    var faces: [FilmCrew.Face]
    var moment: Double
    var place: Int
  }

  private let stages: [Offscreen]
  private let framing: Framing
  private let grid: FilmGrid
  private let lettering: Lettering
  private let writer: VideoWriter
  private let condition = NSCondition()
  private var jobs: [Job] = []
  private var isEnding = false
  private let done = DispatchSemaphore(value: 0)

  init(_ stages: [Offscreen], framing: Framing, grid: FilmGrid, lettering: Lettering, writer: VideoWriter) {
    (self.stages, self.framing, self.grid, self.lettering, self.writer) = (stages, framing, grid, lettering, writer)
  }

  func start() {
    for stage in stages { stage.release() }
    let thread = Thread { [self] in
      run()
      for stage in stages { stage.release() }
      done.signal()
    }
    thread.name = "painter"
    thread.stackSize = 8 << 20
    thread.start()
  }

  func add(_ job: Job) {
    condition.lock()
    jobs.append(job)
    condition.signal()
    condition.unlock()
  }

  /// Until everything is drawn.
  func end() {
    condition.lock()
    isEnding = true
    condition.signal()
    condition.unlock()
    done.wait()
    done.signal()
  }

  private func next() -> Job? {
    condition.lock()
    defer { condition.unlock() }
    while jobs.isEmpty && !isEnding { condition.wait() }
    return jobs.isEmpty ? nil : jobs.removeFirst()
  }

  private func run() {
    do throws(FilmError) {
      while let job = next() {
        try draw(job, into: writer.bytes(of: job.place))
        writer.handOver(job.place)
      }
    } catch {
      writer.fail(error)
    }
  }

  private func draw(_ job: Job, into bytes: UnsafeMutableRawBufferPointer) throws(FilmError) {
    for (index, stage) in stages.enumerated() {
      let (face, cell) = (job.faces[index], grid.cells[index])
      try stage.draw(face.pose, mix: face.mix, framing: framing, width: cell.width, height: cell.height)
      if stages.count == 1 {
        stage.read(into: bytes)
      } else {
        stage.read(into: bytes, x: cell.x, y: cell.y, stride: writer.width)
      }
    }
    lettering.paint(bytes, at: job.moment)
  }
}
