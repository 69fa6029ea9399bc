import Avatar
import Creation
import Engine
import Face
import Linear
import Photo
import Pixels

/// Photo files become avatar files: decoding, creation, encoding of the pictures, packing. The models are loaded once;
/// one maker makes one avatar at a time.
public final class AvatarMaker {
  private let engine: Engine
  /// Pixels between the irises below which a face is refused as too small.
  public var smallestEyeDistance: Float = 80
  /// Which of several faces, in pixels of the upright photo in the file; nil: the only or clearly largest one.
  public var face: FaceChoice?
  /// Marks the pictures as made for testing.
  public var isMarked = false

  public init(_ files: DataFiles) throws(SetUpError) {
    engine = try Engine(files)
    try engine.openCreation(files)
  }

  /// A finished avatar.
  public struct Made: Sendable {
    /// The `.ftar` file.
    public var file: [UInt8]
    /// The preview in it, a JPEG file of 240x320 pixels.
    public var preview: [UInt8]
    /// The 478 points found, x and y in pixels of the upright photo in the file.
    public var landmarks: [Vector2]
    /// What could be better, each with a code and a sentence.
    public var warnings: [PhotoWarning]
    /// What became of each further photo.
    public var views: [ViewOutcome]
  }

  /// Reads a photo file and makes its avatar. `progress` is called with 0...1.
  ///
  /// A file that cannot be opened is the caller's mistake (`PhotoError.file`), everything else about it a refusal.
  /// - Parameter further: more photos of the same person; one that is no picture is left out like one that does not help.
  public func make(
    photo path: String, further paths: [String] = [], progress: (Float) -> Void = { _ in }
  ) throws(AvatarMakerError) -> Made {
    let photo = try read(path)
    var outcomes: [ViewOutcome] = []
    var further: [PixelBuffer] = []
    for path in paths {
      do throws(AvatarMakerError) {
        further.append(try read(path, longSide: Photo.otherLongSide).pixels)
        outcomes.append(ViewOutcome())
      } catch {
        guard case .refused(let refusal) = error else { throw error }
        outcomes.append(ViewOutcome(refusal: .photo(refusal)))
      }
    }
    var made = try make(photo, further: further, progress: progress)
    var seen = made.views.makeIterator()
    made.views = outcomes.map { $0.refusal == nil ? seen.next() ?? $0 : $0 }
    return made
  }

  private func read(_ path: String, longSide: Int = Photo.longSide) throws(AvatarMakerError) -> Photo {
    do throws(PhotoError) { return try Photo(path: path, longSide: longSide) } catch { throw AvatarMakerError(error) }
  }

  /// Makes the avatar of a photo that has been read.
  public func make(
    _ photo: Photo, further: [PixelBuffer] = [], progress: (Float) -> Void = { _ in }
  ) throws(AvatarMakerError) -> Made {
    try make(
      photo.pixels, size: Vector2(Float(photo.originalWidth), Float(photo.originalHeight)), further: further,
      progress: progress)
  }

  /// Makes the avatar of a picture (RGB, upright) that `size` pixels were reduced to, its own size unless told.
  public func make(
    _ pixels: PixelBuffer, size: Vector2? = nil, further: [PixelBuffer] = [], progress: (Float) -> Void = { _ in }
  ) throws(AvatarMakerError) -> Made {
    let own = Vector2(Float(pixels.width), Float(pixels.height))
    let scale = (size ?? own) / own
    var created: CreatedAvatar
    do throws(PhotoRefusal) {
      guard
        let result = try engine.create(
          pixels, further: further, face: face?.scaled(by: 1 / scale), smallestEyeDistance: smallestEyeDistance,
          progress: { progress($0 * 0.9) })
      else {
        preconditionFailure("creation was opened by init")
      }
      created = result
    } catch {
      throw .refused(error)
    }
    if isMarked { created.mark() }
    var avatar = created.avatar.scaled(by: scale)
    // To the very pixel: rounding must not leave 3999.9998.
    avatar.camera.photoSize = size ?? own
    let file = try pack(&avatar, created.pictures)
    progress(1)
    return Made(
      file: file, preview: avatar.image(.preview)?.bytes ?? [],
      landmarks: created.landmarks.map { Vector2($0.x, $0.y) * scale }, warnings: created.warnings,
      views: created.views)
  }

  /// Encodes the pictures, with less quality each time while the file is larger than it should be.
  private func pack(_ avatar: inout Avatar, _ pictures: [CreatedAvatar.Picture]) throws(AvatarMakerError) -> [UInt8] {
    var attempt = 0
    while true {
      avatar.images.removeAll(keepingCapacity: true)
      for picture in pictures {
        do throws(PhotoError) {
          avatar.images.append(
            EncodedImage(
              image: picture.image, width: picture.pixels.width, height: picture.pixels.height,
              bytes: try Photo.encodeJPEG(picture.pixels, quality: picture.image.jpegQuality(attempt: attempt))))
        } catch {
          throw AvatarMakerError(error)
        }
      }
      let file = AvatarFile.encode(avatar)
      if AvatarFile.isFinal(bytes: file.count, attempt: attempt) { return file }
      attempt += 1
    }
  }
}
