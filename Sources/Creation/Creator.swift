import Avatar
import Face
import Head
import Linear
import Pixels

/// Photo to avatar, about a second. The same photo gives the same avatar, natively and in the browser.
public final class Creator {
  private let faces: FaceFinder
  private let builder: AvatarBuilder

  /// - Parameters:
  ///   - fit: of the same rig.
  public init(rig: Rig, fit: RigFit, faces: FaceFinder) {
    self.faces = faces
    builder = AvatarBuilder(rig: rig, fit: fit)
  }

  /// - Parameters:
  ///   - photo: RGB, upright (EXIF applied), 8 bits, sRGB.
  ///   - face: which one of several, 1 the leftmost; nil: the only or clearly largest one.
  ///   - smallestEyeDistance: pixels between the irises below which the face is too small.
  ///   - progress: called with rising values 0...1.
  /// - Throws: why this photo makes no avatar.
  public func create(
    _ photo: PixelBuffer, face: Int? = nil, smallestEyeDistance: Float = 80, progress: (Float) -> Void
  ) throws(PhotoRefusal) -> CreatedAvatar {
    guard photo.channels == 3 else { throw .unreadable }
    let examination = try faces.examine(photo, face: face, smallestEyeDistance: smallestEyeDistance)
    // The second look, from the region that the first one found, is as good as the first: their mean is steadier.
    let first = examination.landmarks
    let second = faces.refined(first, in: photo)
    let landmarks = zip(first.points, second.points).map { ($0 + $1) * 0.5 }
    progress(0.15)
    let neighbours = Neighbours(of: examination.face, others: examination.others)
    var created = builder.build(
      photo: photo, landmarks: landmarks, mask: { neighbours.removed(from: faces.matte(in: photo, region: $0), $0) },
      progress: { progress(0.15 + 0.85 * $0) })
    created.warnings = examination.warnings
    return created
  }
}
