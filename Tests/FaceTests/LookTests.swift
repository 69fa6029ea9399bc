import Face
import Linear
import Photo
import Pixels
import Testing

/// What the lens says of a portrait that is spoilt in known ways.
@Suite(.enabled(if: Support.hasModels, "needs cache/models and cache/portrait.png (scripts/fetch-models.sh)"))
struct LookTests {
  let finder: FaceFinder
  let photo: PixelBuffer

  init() throws {
    finder = try #require(Support.finder())
    photo = try Support.portrait().scaled(2)
  }

  private func codes(_ picture: PixelBuffer, scale: Float = 1) -> [String] {
    finder.look(at: picture, scale: scale).first?.advice.map(\.code) ?? ["no-face"]
  }

  @Test func nothingIsAgainstAGoodPortrait() throws {
    let face = try #require(finder.look(at: photo).first)
    #expect(!face.advice.contains { $0.isRefusal })
    #expect(face.isUsable)
    #expect(face.eyes.0.x < face.eyes.1.x)
  }

  @Test func sizesCountInThePhotosPixels() throws {
    let small = try Support.portrait()
    let copy = try #require(finder.look(at: small, scale: 2).first)
    let whole = try #require(finder.look(at: photo).first)
    #expect(abs(copy.width - whole.width) < 0.05 * whole.width)
    #expect(codes(small).contains("too-small"))
    #expect(!codes(small, scale: 2).contains("too-small"))
  }

  @Test func aBlurredPictureIsRefusedAsSuch() {
    let blurred = photo.blurred(radius: 2)
    #expect(codes(blurred).contains("blurred"))
    #expect(finder.look(at: blurred).first?.isUsable == false)
  }

  @Test func otherPeopleAreSeen() {
    let both = finder.look(at: photo.beside(photo))
    #expect(both.count == 2)
    #expect(both.allSatisfy { $0.advice.contains(.otherPeople) })
    #expect(finder.look(at: PixelBuffer(width: 300, height: 200, channels: 3)).isEmpty)
  }

  @Test func refusalsComeBeforeWhatCouldBeBetter() {
    let all = FaceAdvice.allCases.map(\.isRefusal)
    #expect(all == all.sorted { $0 && !$1 })
    #expect(Set(FaceAdvice.allCases.map(\.message)).count == FaceAdvice.allCases.count)
    #expect(Set(FaceAdvice.allCases.map(\.reason)).count == FaceAdvice.allCases.count)
  }
}
