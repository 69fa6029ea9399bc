import Avatar
import Fitting
import Head
import Linear
import Pixels

/// One eye's shut lids as a further photo shows them, brought to the portrait's square: the line in which they meet comes
/// to lie on the portrait's, and what lies above and below it keeps its distance, in widths of the eye.
struct SeenLid {
  /// Shut is what opens no further than this share of the portrait's eye.
  private static let shut: Float = 0.4
  /// Heads turned further show one eye foreshortened: the cosine.
  private static let mostTurned: Float = 0.85
  /// The line of the lashes is looked for so far above and below the middle of both rims, widths of the eye.
  private static let search: Float = 0.12
  /// Heights in widths of the eye: up to here above the open eye's upper rim and below the line the view shows wholly,
  /// and where it ends. The brow stays the portrait's.
  private static let above: (whole: Float, none: Float) = (0.1, 0.22)
  private static let below: (whole: Float, none: Float) = (0.13, 0.25)

  /// The portrait's square.
  let ground: LidGround
  /// The eye's rims, from the outer corner to the inner one.
  let upper: [Int]
  let lower: [Int]

  /// The number of the view in which this eye is shut best; nil: in none.
  static func best(_ views: [PersonView], eye: LidChoice, open: Float) -> Int? {
    var best: (view: Int, opening: Float)?
    for (number, view) in views.enumerated() where view.camera.rotation.c2.z > mostTurned {
      let opening = eye.opening(of: view.landmarks)
      if opening < shut * open && opening < best?.opening ?? .infinity { best = (number, opening) }
    }
    return best?.view
  }

  /// - Parameters:
  ///   - number: of the view.
  ///   - gain: what the view's colours are multiplied with to be the portrait's.
  func lid(_ view: PersonView, number: Int, gain: Vector3) -> LidPicture {
    let line = lashes(view)
    let rim = ground.rim
    var seen = Plane4(width: LidGround.side, height: LidGround.side)
    for i in seen.data.indices {
      let p = LidGround.centre(i)
      let along = rim.along(p)
      let beyond = along - max(0, min(1, along))
      let place =
        line.point(along) + line.out * (beyond * line.width) - line.down * (rim.height(of: p) / rim.width * line.width)
      seen.data[i] = view.colour(place) * SIMD4(gain, 1)
    }
    let shares = seen.data.indices.map(share)
    let factor = matched(seen, shares)
    var pixels = ground.photo
    for i in pixels.data.indices { pixels.data[i] += (seen.data[i] * factor - pixels.data[i]) * shares[i] }
    return LidPicture(pixels, region: ground.region, view: number)
  }

  /// The line of the lashes in the view's photo: the darkest one near the middle of both rims.
  private func lashes(_ view: PersonView) -> LidRim {
    let middle = zip(upper, lower).map { (view.landmarks[$0].xy + view.landmarks[$1].xy) * 0.5 }
    let rough = LidRim(line: middle.reversed())
    var best = (offset: Float(0), light: Float.infinity)
    for step in -12...12 {
      let offset = Self.search * Float(step) / 12
      var light: Float = 0
      for k in 3...17 {
        light += LidGround.luminance(view.colour(rough.point(Float(k) / 20) + rough.down * (offset * rough.width)))
      }
      if light < best.light { best = (offset, light) }
    }
    let shift = rough.down * (best.offset * rough.width)
    // The corners stay.
    let last = middle.count - 1
    let line = middle.indices.map { $0 == 0 || $0 == last ? middle[$0] : middle[$0] + shift }
    return LidRim(line: line.reversed())
  }

  /// How much of the view a pixel of the square shows, 0...1.
  private func share(_ i: Int) -> Float {
    let p = LidGround.centre(i)
    let width = ground.rim.width
    let along = ground.rim.along(p)
    return Elementary.smoothstep(Self.above.none, Self.above.whole, ground.upper.height(of: p) / width)
      * Elementary.smoothstep(Self.below.none, Self.below.whole, -ground.rim.height(of: p) / width)
      * Elementary.smoothstep(-0.16, 0, along) * Elementary.smoothstep(1.3, 1.1, along)
  }

  /// The factor that takes what is left of a difference where the view goes over into the portrait.
  private func matched(_ seen: Plane4, _ shares: [Float]) -> SIMD4<Float> {
    var own = SIMD4<Float>(repeating: 1e-3)
    var wanted = own
    for i in shares.indices where shares[i] > 0.05 && shares[i] < 0.6 {
      own += seen.data[i]
      wanted += ground.photo.data[i]
    }
    return (wanted / own).clamped(lowerBound: SIMD4(repeating: 0.75), upperBound: SIMD4(repeating: 1.33))
  }
}
