import Avatar
import Head
import Linear

/// Chooses the part of the photo that a viewport shows.
struct PortraitFrame {
  private let photo: Vector2
  /// Middle and height of the face (forehead to chin), photo pixels.
  private let middle: Vector2
  private let faceHeight: Float

  /// The part of the photo's edge that portraits never show, share of its smaller side.
  private static let inset: Float = 0.03

  init(_ avatar: Avatar, geometry: AvatarGeometry, rig: Rig) {
    photo = avatar.camera.photoSize
    // Forehead and chin of the mean head in the rig's space, cm.
    let top = avatar.camera.project(avatar.camera.place(Vector3(0, 8, 8)))
    let bottom = avatar.camera.project(avatar.camera.place(Vector3(0, -8.5, 8)))
    middle = (top + bottom) * 0.5
    faceHeight = max(8, (top - bottom).length)
  }

  /// The window (photo pixels: x, y, width, height) with the viewport's aspect.
  func window(_ framing: Framing, width: Int, height: Int) -> SIMD4<Float> {
    let aspect = Float(width) / Float(height)
    switch framing {
    case .photo:
      let h = min(photo.y, photo.x / aspect)
      let w = h * aspect
      return SIMD4((photo.x - w) * 0.5, (photo.y - h) * 0.5, w, h)
    case .close: return window(around: 1.5, level: 0.5, aspect)
    case .portrait: return window(around: 2.05, level: 0.54, aspect)
    case .shoulders: return window(around: 3, level: 0.38, aspect)
    }
  }

  /// - Parameters:
  ///   - height: of the window, in heights of the face.
  ///   - level: how far down in it the face's middle is.
  private func window(around height: Float, level: Float, _ aspect: Float) -> SIMD4<Float> {
    let inset = Self.inset * min(photo.x, photo.y)
    let room = photo - Vector2(inset, inset) * 2
    var h = faceHeight * height
    h = min(h, room.y, room.x / aspect)
    let w = h * aspect
    let x = max(inset, min(photo.x - inset - w, middle.x - 0.5 * w))
    let y = max(inset, min(photo.y - inset - h, middle.y - level * h))
    return SIMD4(x, y, w, h)
  }
}
