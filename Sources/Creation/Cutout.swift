import Linear
import Pixels

/// A picture taken apart: `colour * matte + background * (1 - matte) = picture`, as nearly as colours allow.
///
/// On both sides of the matte's edge lies a band where it is doubtful what belongs to whom. There the person's colour
/// is continued from inside, the background's from outside, and where the two differ clearly and the surroundings are
/// plain, the pixel itself says how much of each it holds: stray hair becomes part of the person, rims of background
/// part of the background.
struct Cutout {
  /// Opacity, 0...1, in steps of 1/255.
  private(set) var matte: Plane

  private let picture: Plane4
  private let side: Float
  /// The person without the band, the person with it, and with a seam round that.
  private let core: Plane
  private let reach: Plane
  private let wide: Plane
  /// The person's colours, continued outwards, and the background's, continued inwards.
  private let person: Plane4
  private let surroundings: Plane4
  /// How much the surroundings deviate from a smooth picture.
  private let unrest: Plane

  /// Reach of the band inside and outside the matte's edge, pixels of a head's square of 1024.
  private static let inside: Float = 10
  private static let outside: Float = 14
  /// How much of the surroundings, as far as the band reaches outwards, is person at the inner end of the rim in which the
  /// background's colour would show: at a straight edge, 4 such pixels inside.
  private static let rim: Float = 0.64
  /// How far behind the person's edge a turning head shows what it hid, of the head's square.
  private static let revealed: Float = 0.25
  /// Mean deviation of the surroundings from a smooth picture: below the first number they are plain, above the second
  /// nothing can be predicted from them.
  private static let plain: Float = 0.018
  private static let busy: Float = 0.042
  /// How far the photo may leave what continues its surroundings where these are plain.
  private static let tolerance: Float = 0.012

  /// - Parameters:
  ///   - matte: a first opacity of the picture's size.
  ///   - side: of the head's square, pixels of this picture.
  ///   - certain: 1 where there is person whatever the colours say.
  ///   - skin: 1 where the colours say nothing and the matte stays as it is.
  init(picture: Plane4, matte first: Plane, side: Float, certain: Plane, skin: Plane, pair: @escaping Pair) {
    let unit = side / 1024
    let reachInside = max(2, Int((Self.inside * unit).rounded()))
    let reachOutside = max(3, Int((Self.outside * unit).rounded()))
    let ((core, person, near), (reach, wide, surroundings, unrest)) = both(pair) {
      let core = first.eroded(radius: reachInside)
      // From the matte's edge to the band's outer end: 1 ... 0.
      let near = first.boxBlurred(radius: reachOutside)
      return (core, Self.continued(picture) { core.data[$0] > 0.98 }, near)
    } _: {
      let reach = first.dilated(radius: reachOutside)
      // Sharpened photos have a seam of light round a person, and there are hairs that no matte catches.
      let wide = reach.dilated(radius: reachOutside)
      let surroundings = Self.continued(picture) { reach.data[$0] < 0.02 }
      return (reach, wide, surroundings, Self.unrest(picture, reach, radius: reachOutside))
    }

    var matte = first
    for i in matte.data.indices where core.data[i] <= 0.98 && reach.data[i] >= 0.02 {
      let a = matte.data[i]
      let estimate = Self.share(
        of: picture.data[i], person.data[i], surroundings.data[i], unrest: unrest.data[i],
        first: near.data[i] < Self.rim ? a : 0)
      var trust = 0.9 * (1 - skin.data[i]) * estimate.trust
      // A strand begins at the head.
      if estimate.share > a { trust *= Elementary.smoothstep(0, 0.2, near.data[i]) }
      matte.data[i] = a + (estimate.share - a) * trust
    }
    let soft = matte.gaussianBlurred(sigma: max(0.6, 1.2 * unit))
    for i in matte.data.indices {
      if core.data[i] > 0.98 {
        matte.data[i] = 1
      } else if reach.data[i] < 0.02 {
        matte.data[i] = 0
      } else {
        matte.data[i] = (max(certain.data[i], 0.5 * (matte.data[i] + soft.data[i])) * 255).rounded() * (1 / 255)
      }
    }
    self.matte = matte
    self.picture = picture
    self.side = side
    (self.core, self.reach, self.wide) = (core, reach, wide)
    (self.person, self.surroundings, self.unrest) = (person, surroundings, unrest)
  }

  /// The person's colours, continued beyond the matte's edge, and the picture without the person, which is the picture
  /// itself where the matte is 0.
  func layers() -> (colour: Plane4, background: Plane4) {
    let behind = Self.completed(picture, reach: Self.revealed * side, over: surroundings) {
      wide.data[$0] < 0.02 || reach.data[$0] < 0.02 && unrest.data[$0] > Self.busy
    }
    var colour = person
    var background = behind
    func slack(_ i: Int) -> Float {
      Self.tolerance + 1 - Elementary.smoothstep(Self.busy, Self.plain, unrest.data[i])
    }
    for i in matte.data.indices {
      let whole = picture.data[i]
      if core.data[i] > 0.98 {
        colour.data[i] = whole
      } else if reach.data[i] < 0.02 {
        let limit = SIMD4<Float>(repeating: wide.data[i] < 0.02 ? 1 : slack(i))
        background.data[i] += (whole - background.data[i]).clamped(lowerBound: -limit, upperBound: limit)
      } else {
        (colour.data[i], background.data[i]) = Self.parts(
          of: whole, matte.data[i], person.data[i], behind.data[i], slack: slack(i))
      }
    }
    return (colour, background)
  }

  /// The picture where it is known, a smooth continuation elsewhere.
  private static func continued(_ picture: Plane4, known: (Int) -> Bool) -> Plane4 {
    let partial = Self.known(picture, known)
    let any = partial.data.contains { $0.w > 0 }
    var result = any ? partial.inpainted() : picture.boxBlurred(radius: max(picture.width, picture.height) / 8)
    for i in result.data.indices { result.data[i].w = 0 }
    return result
  }

  /// The picture where it is known, more of the like elsewhere; `smooth` where there is none.
  private static func completed(
    _ picture: Plane4, reach: Float, over smooth: Plane4, known: (Int) -> Bool
  ) -> Plane4 {
    var result = Self.known(picture, known).completed(reach: reach, over: smooth)
    for i in result.data.indices { result.data[i].w = 0 }
    return result
  }

  /// The picture with weight 1 where it is known, nothing elsewhere.
  private static func known(_ picture: Plane4, _ isKnown: (Int) -> Bool) -> Plane4 {
    var result = picture
    for i in result.data.indices {
      if isKnown(i) { result.data[i].w = 1 } else { result.data[i] = .zero }
    }
    return result
  }

  /// How much the surroundings (where `reach` is 0) deviate from a smooth picture, continued into the band.
  private static func unrest(_ picture: Plane4, _ reach: Plane, radius: Int) -> Plane {
    var known = picture
    for i in known.data.indices {
      if reach.data[i] < 0.02 { known.data[i].w = 1 } else { known.data[i] = .zero }
    }
    let means = known.boxBlurred(radius: radius)
    for i in known.data.indices where known.data[i].w > 0 {
      let mean = means.data[i] * (1 / max(means.data[i].w, 1e-6))
      let d = known.data[i] - mean
      known.data[i] = SIMD4((abs(d.x) + abs(d.y) + abs(d.z)) / 3, 0, 0, 1)
    }
    let spread = known.boxBlurred(radius: 2 * radius)
    var result = Plane(width: picture.width, height: picture.height)
    for i in result.data.indices {
      result.data[i] = spread.data[i].w > 1e-4 ? spread.data[i].x / spread.data[i].w : 1
    }
    return result
  }

  /// Where a colour lies between the background's and the person's, and how much to believe it: the surroundings' unrest
  /// counts beside what the two differ by. Less is asked of what takes away from the `first` opacity of a rim: there the
  /// background's colour shows before another one, thinner hair hardly does.
  private static func share(
    of colour: SIMD4<Float>, _ person: SIMD4<Float>, _ background: SIMD4<Float>, unrest: Float, first: Float
  ) -> (share: Float, trust: Float) {
    let line = person - background
    let length = (line * line).sum()
    let t = ((colour - background) * line).sum() / (length + 1e-4)
    let share = max(0, min(1, (t - 0.05) * 1.12))
    let miss = colour - background - line * max(0, min(1, t))
    let distance = length.squareRoot()
    let doubt = (share < first ? 0.4 : 1) / (distance + 1e-3)
    let trust =
      Elementary.smoothstep(0.1, 0.3, distance) * Elementary.smoothstep(0.12, 0.05, doubt * unrest)
      * Elementary.smoothstep(0.6, 0.25, doubt * (miss * miss).sum().squareRoot())
    return (share, trust)
  }

  /// The two colours that make up `whole`: changed as little as possible, in proportion to their shares; the background
  /// by `slack` at most and the less the less it shows, the person's the less the thinner it is (what it hides then
  /// hardly matters).
  private static func parts(
    of whole: SIMD4<Float>, _ a: Float, _ person: SIMD4<Float>, _ background: SIMD4<Float>, slack: Float
  ) -> (SIMD4<Float>, SIMD4<Float>) {
    let b = 1 - a
    let miss = (whole - person * a - background * b) * (1 / (a * a + b * b))
    let limit = SIMD4<Float>(repeating: slack * b * b)
    var back = background + (miss * b).clamped(lowerBound: -limit, upperBound: limit)
    back = back.clamped(lowerBound: .zero, upperBound: .one)
    if a <= 0 { return (person, back) }
    let reach = SIMD4<Float>(repeating: 0.08 + 1.3 * a * a)
    let front = ((whole - back * b) * (1 / a))
      .clamped(lowerBound: person - reach, upperBound: person + reach).clamped(lowerBound: .zero, upperBound: .one)
    if b > 0 {
      // What clamping the person's colour has left over.
      let rest = ((whole - front * a) * (1 / b) - back).clamped(lowerBound: -limit, upperBound: limit)
      back = (back + rest).clamped(lowerBound: .zero, upperBound: .one)
    }
    return (front, back)
  }
}
