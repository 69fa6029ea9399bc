import Face
import Head
import Linear
import Pixels
import Retarget

/// What a person does in a film, picture by picture.
public struct RetargetTrack: Sendable {
  public struct Frame: Sendable {
    /// Seconds since the film's sound began.
    public var time: Double
    /// Against the person's face at rest; nil where no face is seen.
    public var pose: Pose?
  }

  public private(set) var frames: [Frame] = []
  /// Pictures a second of the film.
  public let fps: Double

  /// Until the last picture has been shown, seconds.
  public var seconds: Double { frames.last.map { max(0, $0.time + 1 / fps) } ?? 0 }
  public var hasFace: Bool { frames.contains { $0.pose != nil } }

  /// Watches a film to its end.
  /// - Parameters:
  ///   - retargeter: a new one; the pictures it learns the face at rest from get their poses afterwards.
  ///   - goesOn: called before every picture with the share that is done, 0...1; false gives up.
  /// - Returns: nil when it was given up.
  public init?(
    watching film: VideoReader, faces: FaceFinder, retargeter: Retargeter, goesOn: (Double) -> Bool = { _ in true }
  ) throws(FilmError) {
    fps = film.fps
    var tracker = FaceTracker(faces: faces, thorough: 1)
    var retargeter = retargeter
    var learnt: [(index: Int, points: [Vector3])] = []
    var size = Vector2(0, 0)

    func end(_ retargeter: inout Retargeter, _ frames: inout [Frame]) {
      for (index, points) in learnt {
        frames[index].pose = retargeter.retarget(points, imageSize: size, at: frames[index].time)
      }
      learnt = []
    }
    while let picture = try film.next() {
      guard goesOn(min(1, film.estimatedSeconds.map { max(0, picture.time) / $0 } ?? 0)) else { return nil }
      frames.append(Frame(time: picture.time, pose: nil))
      guard let face = tracker.track(picture.pixels) else { continue }
      size = Vector2(Float(picture.pixels.width), Float(picture.pixels.height))
      let wasCalibrating = retargeter.isCalibrating
      let pose = retargeter.retarget(face.points, imageSize: size, at: picture.time)
      if wasCalibrating { learnt.append((frames.count - 1, face.points)) }
      if retargeter.isCalibrating { continue }
      if wasCalibrating {
        end(&retargeter, &frames)
      } else {
        frames[frames.count - 1].pose = pose
      }
    }
    if retargeter.isCalibrating && !learnt.isEmpty {
      retargeter.endCalibration(imageSize: size)
      end(&retargeter, &frames)
    }
  }

  /// The picture that is shown at `time`, seconds; nil before the first and after the last.
  public func frame(at time: Double) -> Frame? {
    guard time < seconds else { return nil }
    var low = 0
    var high = frames.count
    while low < high {
      let middle = (low + high) / 2
      if frames[middle].time <= time { low = middle + 1 } else { high = middle }
    }
    return low > 0 ? frames[low - 1] : nil
  }
}
