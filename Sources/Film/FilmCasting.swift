import Face
import Linear
import Pixels

/// Looks at one picture after another and keeps the best for each part.
struct FilmCasting {
  private let faces: FaceFinder
  private let smallestEyeDistance: Float
  private var best: (picture: VideoReader.Picture, score: Float)?
  /// Of the newest picture with a face.
  private var landmarks: FaceLandmarks?
  private var leastOpening = FilmFace.shut + glanceMargin
  /// Two passes of the network differ by so much.
  private static let glanceMargin: Float = 0.02
  private var parts: [Part]
  /// Why the best picture that was no portrait is none.
  private(set) var refusal = PhotoRefusal.noFace

  var portrait: VideoReader.Picture? { best?.picture }
  /// In the film's order, each once.
  var further: [VideoReader.Picture] {
    var list: [VideoReader.Picture] = []
    for picture in parts.compactMap({ $0.picture }).sorted(by: { $0.time < $1.time })
    where list.last?.time != picture.time {
      list.append(picture)
    }
    return list
  }

  /// What a further picture may be good for.
  private struct Part {
    /// How good a picture is, nil where it is no good.
    let rate: @Sendable (FilmFace) -> Float?
    var picture: VideoReader.Picture?
    var score = -Float.infinity
  }

  init(faces: FaceFinder, smallestEyeDistance: Float) {
    self.faces = faces
    self.smallestEyeDistance = smallestEyeDistance
    parts = [
      // Teeth: a mouth both open and wide, seen from the front.
      Part(rate: { $0.lipGap > 0.06 ? min($0.lipGap, 0.14) + $0.mouthWidth + 0.5 * $0.sharpness - $0.turn : nil }),
      // Shut eyes.
      Part(rate: { $0.isShut ? $0.sharpness - 4 * $0.opening - $0.turn : nil }),
      // Both sides, for the head's depth.
      Part(rate: { $0.side($0.pose.yaw) }), Part(rate: { $0.side(-$0.pose.yaw) }),
    ]
  }

  /// Eyes are shut for a tenth of a second: follows the landmarks alone, and looks where the lids are lower than ever.
  mutating func glance(at picture: VideoReader.Picture) {
    guard let before = landmarks else { return }
    let now = faces.refined(before, in: picture.pixels)
    // Another face or none: the next look tells.
    guard now.score > 0.5 else { return }
    landmarks = now
    let opening = (now.eyeOpening.x + now.eyeOpening.y) * 0.5
    guard opening < leastOpening else { return }
    leastOpening = opening
    look(at: picture)
  }

  mutating func look(at picture: VideoReader.Picture) {
    let face: FilmFace
    do throws(PhotoRefusal) {
      let examination = try faces.examine(view: picture.pixels, smallestEyeDistance: smallestEyeDistance)
      landmarks = examination.landmarks
      face = FilmFace(examination)
    } catch {
      if refusal == .noFace { refusal = error }
      return
    }
    if face.portraitScore > best?.score ?? -.infinity {
      do throws(PhotoRefusal) {
        _ = try faces.examine(picture.pixels, smallestEyeDistance: smallestEyeDistance)
        best = (picture, face.portraitScore)
      } catch {
        refusal = error
      }
    }
    for k in parts.indices {
      guard let score = parts[k].rate(face), score > parts[k].score else { continue }
      parts[k].picture = picture
      parts[k].score = score
    }
  }
}

/// What casting asks of a face.
struct FilmFace: Sendable {
  let pose: FacePose
  let sharpness: Float
  /// Mean of both eyes.
  let opening: Float
  /// Of the lips, and from corner to corner, shares of the outer-eye distance.
  let lipGap: Float
  let mouthWidth: Float

  init(_ examination: PhotoExamination) {
    let m = examination.measures
    let landmarks = examination.landmarks
    pose = m.pose
    sharpness = min(0.5, m.sharpness)
    opening = (m.opening.x + m.opening.y) * 0.5
    let unit = max(1, landmarks.eyeDistance)
    lipGap = (landmarks[13] - landmarks[14]).length / unit
    mouthWidth = (landmarks[61] - landmarks[291]).length / unit
  }

  static let shut: Float = 0.07
  var isShut: Bool { opening < Self.shut }
  /// 0 from the front ... 1 at 40 degrees.
  var turn: Float { Vector2(pose.yaw, pose.pitch).length / 40 }
  /// How well it shows the side that it is turned to by `yaw` degrees: sharp, at rest, 20 degrees of turn; nil for less
  /// than 10.
  func side(_ yaw: Float) -> Float? {
    yaw < 10 ? nil : 2 * sharpness - abs(yaw - 20) / 20 - abs(pose.pitch) / 40 - lipGap + min(0.2, opening)
  }

  /// Sharp, from the front, eyes open, mouth shut.
  var portraitScore: Float { sharpness - 2 * turn - 1.5 * lipGap + 2 * min(0.2, opening) - abs(pose.roll) / 60 }
}
