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
  ///   - pair: how two pieces of work are done; one after the other unless told.
  public init(rig: Rig, fit: RigFit, faces: FaceFinder, pair: @escaping Pair = inTurn) {
    self.faces = faces
    builder = AvatarBuilder(rig: rig, fit: fit, pair: pair)
  }

  /// - Parameters:
  ///   - photo: RGB, upright (EXIF applied), 8 bits, sRGB.
  ///   - further: more photos of the same person, like `photo`, for what it does not show: teeth, shut lids, depth. One
  ///     that does not help is left out; `CreatedAvatar.views` says why.
  ///   - face: which one of several; nil: the only or clearly largest one.
  ///   - smallestEyeDistance: pixels between the irises below which the face is too small.
  ///   - progress: called with rising values 0...1.
  /// - Throws: why this photo makes no avatar.
  public func create(
    _ photo: PixelBuffer, further: [PixelBuffer] = [], face: FaceChoice? = nil, smallestEyeDistance: Float = 80,
    progress: (Float) -> Void
  ) throws(PhotoRefusal) -> CreatedAvatar {
    guard photo.channels == 3 else { throw .unreadable }
    let examination = try faces.examine(photo, face: face, smallestEyeDistance: smallestEyeDistance)
    let landmarks = steadied(examination.landmarks, in: photo)
    progress(0.15)
    var outcomes: [ViewOutcome] = []
    var views: [FurtherPhoto] = []
    for pixels in further {
      do throws(ViewRefusal) {
        views.append(try view(pixels, of: FurtherPhoto(pixels: photo, landmarks: landmarks), smallestEyeDistance))
        outcomes.append(ViewOutcome())
      } catch {
        outcomes.append(ViewOutcome(refusal: error))
      }
    }
    let neighbours = Neighbours(of: examination.face, others: examination.others)
    var created = builder.build(
      photo: photo, landmarks: landmarks, further: views,
      mask: { neighbours.removed(from: faces.matte(in: photo, region: $0), $0) },
      look: { [faces] in faces.landmarks(in: $0, face: examination.face).points },
      progress: { progress(0.15 + 0.85 * $0) })
    created.warnings = examination.warnings
    var used = created.views.makeIterator()
    created.views = outcomes.map { $0.refusal == nil ? used.next() ?? $0 : $0 }
    return created
  }

  /// The second look, from the region that the first one found, is as good as the first: their mean is steadier.
  private func steadied(_ first: FaceLandmarks, in photo: PixelBuffer) -> [Vector3] {
    let second = faces.refined(first, in: photo)
    return zip(first.points, second.points).map { ($0 + $1) * 0.5 }
  }

  /// A further photo, if it helps.
  private func view(
    _ pixels: PixelBuffer, of portrait: FurtherPhoto, _ smallestEyeDistance: Float
  ) throws(ViewRefusal) -> FurtherPhoto {
    guard pixels.channels == 3 else { throw .photo(.unreadable) }
    let examination: PhotoExamination
    do throws(PhotoRefusal) {
      examination = try faces.examine(view: pixels, smallestEyeDistance: smallestEyeDistance)
    } catch {
      throw .photo(error)
    }
    let view = FurtherPhoto(pixels: pixels, landmarks: steadied(examination.landmarks, in: pixels))
    guard builder.isSamePerson(portrait, view) else { throw .otherPerson }
    return view
  }
}
