import Fitting
import Linear
import Pixels

/// Paints one eye's closed lids in the first style that a landmark network reads as shut, else in the one that it reads
/// as most shut: lines, shadows and light that close one eye look like a narrow opening on another.
struct LidChoice {
  /// The photo in which the lids are tried on.
  let photo: PixelBuffer
  /// 478 landmarks, photo pixels, of the photo with other lids.
  let look: (PixelBuffer) -> [Vector3]
  /// The eye's rims, `Landmark.rightUpper` and so on.
  let upper: [Int]
  let lower: [Int]

  /// Shut is what opens no further than this share of the open eye.
  private static let shut: Float = 0.15
  /// The outer part of the square, towards its edge, in which it gives way to the photo, shares of half its side.
  private static let fade: Float = 0.15

  /// What another photo shows may seem a little wider open: it is real.
  private static let shutAsSeen: Float = 0.6

  /// - Parameters:
  ///   - seen: what a further photo shows.
  ///   - opening: `opening(of:)` the open eye.
  func lid(on ground: LidGround, seen: LidPicture? = nil, open opening: Float) -> LidPicture {
    if let seen, self.opening(of: look(closed(seen))) < Self.shutAsSeen * opening { return seen }
    var best: (lid: LidPicture, opening: Float)?
    for style in LidStyle.all {
      let lid = LidPicture(ground, style: style)
      let seen = self.opening(of: look(closed(lid)))
      if seen < best?.opening ?? .infinity { best = (lid, seen) }
      if seen < Self.shut * opening { break }
    }
    return best?.lid ?? LidPicture(ground, style: LidStyle.all[0])
  }

  /// Height of this eye's opening over its width.
  func opening(of landmarks: [Vector3]) -> Float { Self.opening(of: landmarks, upper: upper, lower: lower) }

  /// The mean of both eyes.
  static func meanOpening(of landmarks: [Vector3]) -> Float {
    0.5
      * (opening(of: landmarks, upper: Landmark.rightUpper, lower: Landmark.rightLower)
        + opening(of: landmarks, upper: Landmark.leftUpper, lower: Landmark.leftLower))
  }

  /// Height of the lids' opening over the eye's width: the eye-aspect ratio of Soukupová and Čech (2016).
  private static func opening(of landmarks: [Vector3], upper: [Int], lower: [Int]) -> Float {
    func distance(_ a: Int, _ b: Int) -> Float { (landmarks[a].xy - landmarks[b].xy).length }
    let last = upper.count - 1
    let width = max(distance(upper[0], upper[last]), 1e-3)
    return 0.5 * (distance(upper[3], lower[3]) + distance(upper[5], lower[5])) / width
  }

  /// The photo with the lids of `lid`.
  func closed(_ lid: LidPicture) -> PixelBuffer {
    let region = lid.region
    let (x0, y0) = (max(0, Int(region.x) + 1), max(0, Int(region.y) + 1))
    let (x1, y1) = (min(photo.width, Int(region.x + region.z)), min(photo.height, Int(region.y + region.w)))
    guard x1 > x0, y1 > y0 else { return photo }
    let scale = Float(LidGround.side) / region.z
    let part = SIMD4(Float(x0) - region.x, Float(y0) - region.y, Float(x1 - x0), Float(y1 - y0)) * scale
    let lids = lid.pixels.rgb().resampled(part, width: x1 - x0, height: y1 - y0)
    let centre = Vector2(region.x, region.y) + Vector2(region.z, region.w) * 0.5
    var result = photo
    for y in y0..<y1 {
      for x in x0..<x1 {
        let p = (Vector2(Float(x) + 0.5, Float(y) + 0.5) - centre) * (2 / region.z)
        let share = Elementary.smoothstep(1, 1 - Self.fade, max(abs(p.x), abs(p.y)))
        let colour = lids.data[(y - y0) * lids.width + x - x0].clamped(lowerBound: .zero, upperBound: .one) * 255
        let i = (y * photo.width + x) * photo.channels
        for k in 0..<3 {
          let old = Float(photo.data[i + k])
          result.data[i + k] = UInt8(old + (colour[k] - old) * share + 0.5)
        }
      }
    }
    return result
  }
}
