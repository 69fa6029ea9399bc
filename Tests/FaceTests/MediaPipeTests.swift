import Face
import Foundation
import Photo
import Pixels
import Testing

/// Landmarks and mattes held against MediaPipe itself.
@Suite(.enabled(if: Support.hasReference, "needs cache/models, the shared folder's photos, a Python with mediapipe"))
struct MediaPipeTests {
  /// The confidence decides which boxes MediaPipe averages; both of its usual settings.
  @Test(arguments: ["0.3", "0.5"])
  func landmarksAndMattesAreMediaPipes(confidence: String) throws {
    let finder = try #require(Support.finder())
    let photos = try Support.labels.filter(\.isAccepted).map {
      try Photo.decode(path: Support.photos.appendingPathComponent($0.file).path)
    }
    let expected = try Support.withFolder { folder in
      let files = try photos.enumerated().map { k, photo in
        let file = folder.appendingPathComponent("\(k).rgb")
        try Data(photo.data).write(to: file)
        return "\(photo.width)x\(photo.height)=\(file.path)"
      }
      let out = folder.appendingPathComponent("out")
      #expect(Support.python([out.path, confidence] + files))
      let bytes = [UInt8](try Data(contentsOf: out))
      return bytes.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }
    let size = 1 + 478 * 3 + 256 * 256
    #expect(expected.count == size * photos.count)
    var (sum, matteSum): (Float, Float) = (0, 0)
    for (k, photo) in photos.enumerated() {
      let reference = expected[k * size..<(k + 1) * size].map { $0 }
      #expect(reference[0] == 1)
      let face = try #require(finder.faces(in: photo).first)
      let ours = finder.landmarks(in: photo, face: face)
      var error: Float = 0
      for p in 0..<478 {
        let d = ours[p] - SIMD2(reference[1 + 3 * p], reference[2 + 3 * p])
        error += (d * d).sum().squareRoot()
      }
      sum += 100 * error / (478 * ours.eyeDistance)
      let matte = finder.matte(in: photo).data
      let difference = zip(matte, reference.suffix(256 * 256)).map { abs($0 - $1) }.reduce(0, +) / Float(matte.count)
      matteSum += difference
      #expect(difference < 0.01)
    }
    let mean = sum / Float(photos.count)
    #expect(mean < 0.5)
    print(
      "MediaPipe at \(confidence): landmarks differ by \(mean) % of the eye distance, mattes by",
      matteSum / Float(photos.count))
  }
}
