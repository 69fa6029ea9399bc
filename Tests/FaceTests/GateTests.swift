import Face
import Linear
import Photo
import Pixels
import Testing

/// The verdict on photos: the portrait, spoilt in known ways.
@Suite(.enabled(if: Support.hasModels, "needs cache/models and cache/portrait.png (scripts/fetch-models.sh)"))
struct GateTests {
  let finder: FaceFinder
  /// Large enough for the gate.
  let photo: PixelBuffer
  let landmarks: FaceLandmarks

  init() throws {
    finder = try #require(Support.finder())
    photo = try Support.portrait().scaled(2)
    landmarks = finder.landmarks(in: photo, face: try #require(finder.faces(in: photo).first))
  }

  private func verdict(_ photo: PixelBuffer, smallest: Float = 80) -> PhotoRefusal? {
    do throws(PhotoRefusal) {
      _ = try finder.examine(photo, smallestEyeDistance: smallest)
      return nil
    } catch {
      return error
    }
  }

  @Test func aGoodPortraitIsAccepted() throws {
    let examination = try finder.examine(photo)
    #expect(examination.landmarks == landmarks)
    #expect(abs(examination.measures.pose.yaw) < 10)
  }

  @Test func itsMirrorImageInGreyIsAccepted() {
    var other = photo.mirrored
    for i in 0..<other.width * other.height {
      let luma = (Int(other.data[3 * i]) * 3 + Int(other.data[3 * i + 1]) * 6 + Int(other.data[3 * i + 2])) / 10
      for c in 0..<3 { other.data[3 * i + c] = UInt8(luma) }
    }
    #expect(verdict(other) == nil)
  }

  @Test func anEmptyPhotoHasNoFace() {
    #expect(verdict(PixelBuffer(width: 300, height: 200, channels: 3)) == .noFace)
  }

  @Test func twoPeopleAreTooMany() {
    #expect(verdict(photo.beside(photo)) == .manyFaces)
  }

  @Test(arguments: [1, 2]) func ofTwoPeopleOneCanBeChosen(number: Int) throws {
    let both = photo.beside(photo)
    let examination = try finder.examine(both, face: .number(number))
    let shift = Float(number - 1) * Float(photo.width)
    #expect((examination.landmarks[1] - landmarks[1]).x - shift < 3)
    #expect((examination.landmarks[1] - landmarks[1]).x - shift > -3)
    #expect(examination.others.count == 1)
    #expect(!examination.warnings.contains(.otherFaces))
  }

  @Test func aFaceThatIsNotThereCannotBeChosen() {
    #expect(throws: PhotoRefusal.noSuchFace) { try finder.examine(photo, face: .number(2)) }
    #expect(throws: PhotoRefusal.noSuchFace) { try finder.examine(photo, face: .number(0)) }
    #expect(throws: PhotoRefusal.noFace) {
      try finder.examine(PixelBuffer(width: 300, height: 200, channels: 3), face: .number(1))
    }
  }

  /// The portrait and its mirror image, cheek to cheek, and where their noses are.
  private var couple: (photo: PixelBuffer, noses: [Vector2]) {
    let nose = landmarks[1]
    let width = Int(nose.x + 0.65 * (landmarks[454] - landmarks[234]).length)
    let one = photo.part(x: 0..<width, y: 0..<photo.height)
    return (one.beside(one.mirrored), [nose, Vector2(2 * Float(width) - nose.x, nose.y)])
  }

  @Test(arguments: [0, 1]) func ofTwoCheekToCheekTheOneAtAPlaceIsChosen(index: Int) throws {
    let (both, noses) = couple
    #expect(verdict(both) == .manyFaces)
    let examination = try finder.examine(both, face: .near(noses[index]))
    #expect((examination.landmarks[1] - noses[index]).length < 0.1 * landmarks.eyeDistance)
    #expect(examination.others.count == 1)
    #expect(!examination.warnings.contains(.otherFaces))
  }

  @Test func whereNobodyIsNobodyCanBeChosen() {
    let both = couple.photo
    #expect(throws: PhotoRefusal.noSuchFace) {
      try finder.examine(both, face: .near(Vector2(10, Float(both.height) - 10)))
    }
    #expect(throws: PhotoRefusal.noFace) {
      try finder.examine(PixelBuffer(width: 300, height: 200, channels: 3), face: .near(Vector2(150, 100)))
    }
  }

  @Test func aChosenPlaceGoesWithThePhotosSize() {
    #expect(FaceChoice.near(Vector2(30, 40)).scaled(by: Vector2(0.5, 0.25)) == .near(Vector2(15, 10)))
    #expect(FaceChoice.number(2).scaled(by: Vector2(0.5, 0.25)) == .number(2))
  }

  @Test func aSmallFaceInTheBackgroundOnlyWarns() throws {
    let small = try Support.portrait().scaled(0.9).part(x: 136..<266, y: 50..<180)
    var other = photo.part(x: 196..<696, y: 0..<500)
    for y in 0..<small.height {
      let at = (370 + y) * other.width * 3
      other.data.replaceSubrange(
        at..<at + small.width * 3, with: small.data[y * small.width * 3..<(y + 1) * small.width * 3])
    }
    #expect(try finder.examine(other).warnings.contains(.otherFaces))
  }

  @Test func aFaceOfFewPixelsIsTooSmallUnlessAskedFor() throws {
    let original = try Support.portrait()
    #expect(verdict(original) == .faceTooSmall)
    #expect(verdict(original, smallest: 40) == nil)
  }

  @Test(arguments: [Float(-0.5), 0.5]) func aHeadTiltedByNearly30DegreesIsTaken(radians: Float) {
    #expect(verdict(photo.turned(radians)) == nil)
  }

  @Test func aHeadLyingOnItsSideIsNotFrontal() {
    #expect(verdict(photo.turned(0.9)) == .notFrontal)
  }

  @Test(arguments: [
    (SIMD3<Float>(15, 15, 18), Float(0.9)), (SIMD3(40, 30, 20), 0.75), (SIMD3(90, 170, 150), 0.85),
  ])
  func sunglassesHideTheEyes(colour: SIMD3<Float>, opacity: Float) {
    var other = photo
    let e = landmarks.eyeDistance
    for (a, b) in [(33, 133), (263, 362)] {
      let centre = (landmarks[a] + landmarks[b]) * 0.5 + Vector2(0, 0.04 * e)
      other.paint(ellipse: centre, Vector2(0.44, 0.36) * e, colour, opacity: opacity)
    }
    #expect(verdict(other) == .eyesHidden)
  }

  @Test func closedLidsHideTheEyes() {
    var other = photo
    for (corner, inner, lid) in [(33, 133, 27), (263, 362, 257)] {
      let centre = (landmarks[corner] + landmarks[inner]) * 0.5
      let width = (landmarks[corner] - landmarks[inner]).length
      let p = landmarks[lid]
      let at = (Int(p.y) * photo.width + Int(p.x)) * 3
      let skin = SIMD3(Float(photo.data[at]), Float(photo.data[at + 1]), Float(photo.data[at + 2]))
      other.paint(ellipse: centre, Vector2(0.62, 0.36) * width, skin, opacity: 1)
      other.paint(ellipse: centre + Vector2(0, 0.16 * width), Vector2(0.5, 0.04) * width, SIMD3(40, 25, 20), opacity: 1)
    }
    #expect(verdict(other) == .eyesHidden)
  }

  @Test func aBlurredFaceIsRefused() {
    #expect(verdict(photo.blurred(radius: 2)) == .blurred)
  }

  @Test func picturesOfAnyShapeAndKindGetAVerdict() {
    for (w, h, channels) in [(1, 1, 3), (3, 2000, 3), (2000, 2, 4), (64, 64, 1), (127, 129, 4)] {
      #expect(verdict(PixelBuffer(width: w, height: h, channels: channels)) == .noFace)
    }
  }
}
