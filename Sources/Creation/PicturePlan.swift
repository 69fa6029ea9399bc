import Fitting
import Linear

/// A rectangle of the photo (whole pixels) and the size of the picture made of it.
struct PictureRegion: Equatable {
  var x: Int
  var y: Int
  var sourceWidth: Int
  var sourceHeight: Int
  var width: Int
  var height: Int

  /// Scaled down, never up, so that the long side has at most `longest` pixels.
  init(x: Int, y: Int, sourceWidth: Int, sourceHeight: Int, longest: Int) {
    self.x = x
    self.y = y
    self.sourceWidth = sourceWidth
    self.sourceHeight = sourceHeight
    let scale = min(1, Float(longest) / Float(max(sourceWidth, sourceHeight)))
    width = max(1, Int((Float(sourceWidth) * scale).rounded()))
    height = max(1, Int((Float(sourceHeight) * scale).rounded()))
  }

  /// x, y, width, height in photo pixels.
  var rectangle: SIMD4<Float> { SIMD4(Float(x), Float(y), Float(sourceWidth), Float(sourceHeight)) }
  /// Picture pixels per photo pixel.
  var scale: Float { Float(width) / Float(sourceWidth) }

  /// A photo pixel in this picture.
  func point(_ p: Vector2) -> Vector2 {
    Vector2(
      (p.x - Float(x)) * Float(width) / Float(sourceWidth), (p.y - Float(y)) * Float(height) / Float(sourceHeight))
  }
}

/// Which pictures an avatar gets. A small photo is kept whole at its own size; of a large one the head is kept at up to
/// 1280 pixels (580 from forehead to chin) and the whole at up to 1024 behind it.
struct PicturePlan {
  static let headLongest = 1280
  static let frameLongest = 1024
  static let wholeLongest = 1280
  /// The head's square is this many times the distance from forehead to chin ...
  private static let headSize: Float = 2.6
  /// ... of which the sharp picture shows so much; the middle of the face lies this far down in both.
  private static let sharpSize: Float = 2.2
  private static let headCentre: Float = 0.47
  /// The same of the face's square, the middle of the face in its middle.
  private static let faceSize: Float = 1.6

  /// The head's square, clamped into the photo: what the matte is found in and where the sheet is dense.
  var headSquare: SIMD4<Float>
  /// Face and ears, clamped into the photo: so near, the matte's network sees ears that it doubts from further away.
  var faceSquare: SIMD4<Float>
  /// Colour and matte of the person.
  var head: PictureRegion
  /// The whole photo, where `head` is not the whole photo.
  var frame: PictureRegion?

  init(width: Int, height: Int, landmarks: [Vector3]) {
    let top = landmarks[Landmark.forehead].xy
    let chin = landmarks[Landmark.chin].xy
    let centre = (top + chin) * 0.5
    func square(_ size: Float, _ down: Float) -> SIMD4<Float> {
      let side = max(16, min((top - chin).length * size, Float(min(width, height))))
      let x = max(0, min(Float(width) - side, centre.x - side / 2))
      let y = max(0, min(Float(height) - side, centre.y - side * down))
      return SIMD4(x, y, side, side)
    }
    headSquare = square(Self.headSize, Self.headCentre)
    faceSquare = square(Self.faceSize, 0.5)

    let long = max(width, height)
    let sharp = square(Self.sharpSize, Self.headCentre)
    let headScale = min(1, Float(Self.headLongest) / sharp.z)
    let wholeScale = min(1, Float(Self.wholeLongest) / Float(long))
    if headScale < 1.25 * wholeScale {
      head = PictureRegion(x: 0, y: 0, sourceWidth: width, sourceHeight: height, longest: Self.wholeLongest)
      frame = nil
    } else {
      let pixels = Int(sharp.z)
      head = PictureRegion(
        x: Int(sharp.x), y: Int(sharp.y), sourceWidth: pixels, sourceHeight: pixels, longest: Self.headLongest)
      frame = PictureRegion(x: 0, y: 0, sourceWidth: width, sourceHeight: height, longest: Self.frameLongest)
    }
  }
}
