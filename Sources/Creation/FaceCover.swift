import Linear
import Pixels

/// What lies on the portrait's face and not on the one that a further photo shows: strands of hair that fall into the
/// forehead, and glints, as glasses and wet skin have them. Else what differs is the person's own: glasses, jewels,
/// wrinkles, a beard.
struct FaceCover {
  let aligned: AlignedView
  /// Where the skin of the view is to be seen, 0...1.
  let mask: Plane

  /// - Parameters:
  ///   - wearsGlasses: in the portrait.
  ///   - sameGaze: whether the eyes of both look the same way, as far open.
  /// - Returns: nil where nothing lies on it.
  init?(_ aligned: AlignedView, axis: FaceAxis, wearsGlasses: Bool, sameGaze: Bool) {
    self.aligned = aligned
    let search = CoverSearch(aligned, axis: axis)
    let groups = search.strands(wearsGlasses: wearsGlasses) + search.glints(sameGaze: sameGaze)
    if groups.isEmpty { return nil }
    var found = Plane(width: search.own.width, height: search.own.height)
    for group in groups {
      for i in group { found.data[i] = 1 }
    }
    var wide = found.dilated(radius: aligned.pixels(Self.soft))
    for i in wide.data.indices where found.data[i] == 0 {
      // Frames beside a glint, and what lies beyond the outline or behind the nose.
      let (place, isDark) = (aligned.surface.data[i], search.isDark(i))
      wide.data[i] *=
        isDark ? 0 : Elementary.smoothstep(0, 0.3, place.x) * Elementary.smoothstep(0.1, 0.3, place.w)
    }
    mask = wide.gaussianBlurred(sigma: Self.blur * aligned.unit)
  }

  /// How far what is seen through beside it reaches, and the transition, cm.
  private static let soft: Float = 0.2
  private static let blur: Float = 0.08

  /// Puts the view's skin where something lies on the portrait's.
  func patch(_ photo: inout PixelBuffer, with view: PersonView) {
    // What the light makes of it is not quite what the gains say.
    var rest = Plane4(width: mask.width, height: mask.height)
    for i in rest.data.indices {
      let known = aligned.agreement.data[i] * (mask.data[i] > 0.01 ? 0 : 1)
      let difference = aligned.portrait.data[i] - aligned.view.data[i]
      rest.data[i] = SIMD4(difference.x, difference.y, difference.z, 1) * known
    }
    rest = rest.gaussianBlurred(sigma: 2 * Self.blur * aligned.unit).inpainted()
    let size = Vector2(Float(mask.width), Float(mask.height)) / aligned.scale
    let (x0, y0) = (Int(aligned.corner.x), Int(aligned.corner.y))
    for y in y0..<min(photo.height, y0 + Int(size.y)) {
      for x in x0..<min(photo.width, x0 + Int(size.x)) {
        let p = aligned.point(Vector2(Float(x) + 0.5, Float(y) + 0.5))
        let share = mask.sample(p)
        if share < 1 / 255 { continue }
        let place = aligned.places.sample(p)
        let colour = view.colour(Vector2(place.x, place.y)) * aligned.gains.sample(p) + rest.sample(p)
        for c in 0..<3 {
          let i = (y * photo.width + x) * 3 + c
          let before = Float(photo.data[i])
          photo.data[i] = UInt8(max(0, min(255, before + (255 * colour[c] - before) * share + 0.5)))
        }
      }
    }
  }
}

/// Up and down in a face, however it is tilted, in the planes of an `AlignedView`.
struct FaceAxis {
  /// Upwards, of length 1.
  let up: Vector2
  /// The lower edge of the brows, and the nose between the eyes.
  let brows: Vector2
  let bridge: Vector2
  /// Pixels per cm.
  let unit: Float

  /// How far a pixel lies above the brows, cm.
  func height(_ p: Vector2) -> Float { (p - brows).dot(up) / unit }

  /// How far it lies to the right of the middle, cm.
  func across(_ p: Vector2) -> Float { (p - bridge).dot(Vector2(-up.y, up.x)) / unit }
}
