import Face
import Photo
import Testing

@Suite(.enabled(if: Support.hasPhotos, "needs cache/models and the shared folder's photos"))
struct LabelTests {
  @Test(arguments: [false, true]) func theGateAgreesWithPeople(mirrored: Bool) throws {
    let finder = try #require(Support.finder())
    var (wanted, taken) = (0, 0)
    for label in Support.labels {
      let decoded = try Photo.decode(path: Support.photos.appendingPathComponent(label.file).path)
      let photo = mirrored ? decoded.mirrored : decoded
      var code: String?
      do throws(PhotoRefusal) { _ = try finder.examine(photo) } catch { code = error.code }
      if label.isAccepted {
        wanted += 1
        taken += code == nil ? 1 : 0
        if let code { print("\(label.file) was refused: \(code)") }
      } else {
        #expect(code != nil, "\(label.file) was accepted")
        if let code { #expect(label.reasons.contains(code), "\(label.file) was refused for \(code)") }
      }
    }
    #expect(Float(taken) >= 0.95 * Float(wanted))
    print("accepted \(taken) of \(wanted) good photos, refused all \(Support.labels.count - wanted) others")
  }
}
