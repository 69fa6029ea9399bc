import Face
import Pixels

extension Engine {
  /// Looks for faces in a picture and for what their owners ought to change; see `FaceFinder.look`. Nil before
  /// `openCreation`.
  public func look(at picture: PixelBuffer, scale: Float) -> [SeenFace]? {
    vision?.faces.look(at: picture, scale: scale)
  }
}
