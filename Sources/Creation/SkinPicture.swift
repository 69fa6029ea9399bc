import Linear
import Pixels

/// The photo as the face's skin shows it.
struct SkinPicture {
  /// The photo pixel that each face vertex shows.
  let texture: [Vector2]
  /// Colours of `region` of the photo.
  let colours: Plane4
  let region: PictureRegion
  /// Colour of the face's skin, 0...1 RGB.
  let tone: Vector3

  /// The colour at a photo pixel.
  func colour(_ p: Vector2) -> SIMD4<Float> { colours.sample(region.point(p)) }

  /// The skin's hue at the brightness of the skin round one eye.
  /// - Parameters:
  ///   - above, below: landmarks on the skin over and under the eye.
  ///   - reach: half the side of the squares that are looked at, photo pixels.
  func lidTone(_ landmarks: [Vector3], above: [Int], below: [Int], reach: Float) -> Vector3 {
    func brightness(_ indices: [Int]) -> Float {
      let values = indices.map { index -> Float in
        let c = SkinTones.mean(colours, region.point(landmarks[index].xy), max(1, Int(reach * region.scale)))
        return (c.x + c.y + c.z) / 3
      }.sorted()
      return values.count % 2 == 1
        ? values[values.count / 2] : (values[values.count / 2 - 1] + values[values.count / 2]) * 0.5
    }
    let under = brightness(below)
    // Low brows reach into the upper places: their hair is no skin.
    let level = 0.98 * max(0.5 * brightness(above) + 0.5 * under, 0.85 * under)
    let mean = max((tone.x + tone.y + tone.z) / 3, 1e-3)
    return (tone * (level / mean)).clamped(lowerBound: .zero, upperBound: .one)
  }
}
