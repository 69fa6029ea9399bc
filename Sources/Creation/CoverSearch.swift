import Linear
import Pixels

/// Looks for what covers the portrait's face, in pixels of the planes of an `AlignedView`.
struct CoverSearch {
  /// Brightness of the portrait.
  let own: Plane
  private let aligned: AlignedView
  private let axis: FaceAxis
  /// Brightness of the view, and its darkest and brightest round about: the photos meet to so many cm only.
  private let other: Plane
  private let darkest: Plane
  private let brightest: Plane
  private static let slack: Float = 0.25

  init(_ aligned: AlignedView, axis: FaceAxis) {
    (self.aligned, self.axis) = (aligned, axis)
    own = aligned.portrait.luminance
    other = aligned.view.luminance
    darkest = other.eroded(radius: aligned.pixels(Self.slack))
    brightest = other.dilated(radius: aligned.pixels(Self.slack))
  }

  /// Whether the portrait is darker than all the view's skin about a pixel.
  func isDark(_ i: Int) -> Bool { own.data[i] < 0.8 * darkest.data[i] && darkest.data[i] - own.data[i] > 0.05 }
  private func isLight(_ i: Int) -> Bool {
    own.data[i] > 1.25 * brightest.data[i] && own.data[i] - brightest.data[i] > 0.08
  }

  private func point(_ i: Int) -> Vector2 { Vector2(Float(i % own.width) + 0.5, Float(i / own.width) + 0.5) }
  private func area(_ count: Int) -> Float { Float(count) / (aligned.unit * aligned.unit) }

  // MARK: Strands

  /// A strand is thinner than this, longer than that and covers no more than so much, cm and square cm; it is slender: the
  /// share of the square over its length.
  private static let width: Float = 0.9
  private static let length: Float = 1.2
  private static let mostArea: Float = 3
  private static let slender: Float = 0.35
  /// It falls inwards by this share of its length: hairlines, caps and shadows go along the outline.
  private static let inward: Float = 0.3
  /// A good part of it is darker or lighter than the skin by these factors; less so where it falls, as wrinkles do not.
  private static let core: (darker: Float, lighter: Float) = (0.65, 1.45)
  private static let thin: (darker: Float, lighter: Float) = (0.85, 1.2)
  /// So far from lids and lips, cm: what crosses an eye cannot be taken away beside it only.
  private static let apart: Float = 0.6
  /// Pieces that are so near each other, cm, are one.
  private static let gap: Float = 0.7
  /// So much of the skin round about must look the same.
  private static let alike: Float = 0.5
  /// It begins so near to that much of hair, cm and square cm.
  private static let reach: Float = 1.2
  private static let root: Float = 0.08

  func strands(wearsGlasses: Bool) -> [[Int]] {
    let usual = usualSkin()
    var found = Plane(width: own.width, height: own.height)
    for i in found.data.indices where aligned.surface.data[i].x > 0.2 && aligned.surface.data[i].w > 0.3 {
      // The view shows skin there, and no strand of its own.
      let isSkin = abs(other.data[i] - usual.data[i]) < 0.5 * abs(own.data[i] - usual.data[i])
      if isSkin && usual.data[i] > 0.05 && (isDark(i) || isLight(i)) { found.data[i] = 1 }
    }
    // Frames are thin, dark and reach the outline as strands do; they cross the nose.
    let isFramed =
      wearsGlasses
      || found.data.indices.contains { found.data[$0] > 0 && (point($0) - axis.bridge).length < aligned.unit }
    let half = aligned.pixels(Self.width / 2)
    let broad = found.eroded(radius: half).dilated(radius: half)
    return found.dilated(radius: aligned.pixels(Self.gap / 2)).components(above: 0.5).compactMap { group in
      let strand = group.filter { found.data[$0] > 0 }
      let isApart = strand.allSatisfy { i in
        min(aligned.surface.data[i].y, aligned.surface.data[i].z) > Self.apart
          && (!isFramed || axis.height(point(i)) > 0.5)
      }
      guard isApart && isSlender(strand, broad) && isHair(strand, usual) else { return nil }
      let all = whole(strand)
      return surroundings(of: all) > Self.alike ? all : nil
    }
  }

  private func isSlender(_ strand: [Int], _ broad: Plane) -> Bool {
    var (low, high) = (point(strand[0]), point(strand[0]))
    var (outer, inner) = (Float.infinity, Float(0))
    for i in strand {
      (low, high) = (pointwiseMin(low, point(i)), pointwiseMax(high, point(i)))
      (outer, inner) = (min(outer, aligned.surface.data[i].x), max(inner, aligned.surface.data[i].x))
    }
    let extent = (high - low).length / aligned.unit
    let covered = area(strand.count)
    // Distances from the outline end at 4 cm.
    return extent > Self.length && covered < min(Self.mostArea, Self.slender * extent * extent)
      && inner - outer > Self.inward * min(extent, 4)
      && Float(strand.count { broad.data[$0] > 0 }) < 0.2 * Float(strand.count)
  }

  /// A strand with its fine tip and the hair that it comes from, as far as it lies on the face.
  private func whole(_ strand: [Int]) -> [Int] {
    grown(strand).filter {
      let place = aligned.surface.data[$0]
      return place.x > 0.2 && min(place.y, place.z) > Self.apart && place.w > 0.3
    }
  }

  /// How much of the skin round about looks the same in both, 0...1: little where hair lies otherwise.
  private func surroundings(of strand: [Int]) -> Float {
    let inside = Set(strand)
    let ring = grown(strand).filter { !inside.contains($0) && aligned.surface.data[$0].x > 0.2 }
    return ring.reduce(Float(0)) { $0 + aligned.agreement.data[$1] } / Float(max(1, ring.count))
  }

  /// With the pixels round about.
  private func grown(_ strand: [Int]) -> [Int] {
    var found = Plane(width: own.width, height: own.height)
    for i in strand { found.data[i] = 1 }
    let wide = found.dilated(radius: aligned.pixels(Self.gap / 2))
    return wide.data.indices.filter { wide.data[$0] > 0 }
  }

  /// Whether a strand is dark or light as hair is, and comes from where the view, too, shows its colour, above the brows.
  private func isHair(_ strand: [Int], _ usual: Plane) -> Bool {
    let heights = strand.map { axis.height(point($0)) }
    let across = strand.map { axis.across(point($0)) }
    let isSteep = heights.max()! - heights.min()! > across.max()! - across.min()!
    let factors = isSteep ? Self.thin : Self.core
    let core = strand.filter {
      let ratio = own.data[$0] / usual.data[$0]
      return ratio < factors.darker || ratio > factors.lighter
    }
    guard Float(core.count) > 0.3 * Float(strand.count) else { return false }
    let way =
      core.reduce(Vector3.zero) { $0 + Self.rgb(aligned.portrait.data[$1] - aligned.view.data[$1]) } / Float(core.count)
    let skin = core.reduce(Vector3.zero) { $0 + Self.rgb(aligned.view.data[$1]) } / Float(core.count)
    let end = strand.min { aligned.surface.data[$0].x < aligned.surface.data[$1].x }!
    let (outer, reach) = (aligned.surface.data[end].x, Self.reach * aligned.unit)
    let root = own.data.indices.filter {
      (point($0) - point(end)).length < reach && aligned.surface.data[$0].x < outer && axis.height(point($0)) > 0
    }
    // A strand that is thinner than a pixel is no more than some way from skin to hair.
    let alike = root.count {
      let difference = Self.rgb(aligned.view.data[$0]) - skin
      return difference.dot(way) > max(0.8 * way.dot(way), 0.9 * difference.length * way.length)
    }
    return area(alike) > Self.root
  }

  private static func rgb(_ colour: SIMD4<Float>) -> Vector3 { Vector3(colour.x, colour.y, colour.z) }

  /// The brightness of the skin round about, where both photos show the same; 0 where they do nowhere near.
  private func usualSkin() -> Plane {
    let weights = aligned.agreement
    var sum = weights
    for i in sum.data.indices { sum.data[i] *= own.data[i] }
    let (blurred, share) = (sum.gaussianBlurred(sigma: aligned.unit), weights.gaussianBlurred(sigma: aligned.unit))
    sum.data = blurred.data.indices.map { share.data[$0] < 0.02 ? 0 : blurred.data[$0] / share.data[$0] }
    return sum
  }

  // MARK: Glints

  /// A glint is white where the view is darker by so much; it ends where it is brighter by no more than that.
  private static let white: Float = 0.93
  private static let brighter: (core: Float, edge: Float) = (0.15, 0.05)
  /// Its core and the whole of it, square cm.
  private static let leastCore: Float = 0.03
  private static let mostGlint: Float = 12

  func glints(sameGaze: Bool) -> [[Int]] {
    var found = Plane(width: own.width, height: own.height)
    for i in found.data.indices where aligned.surface.data[i].x > 0 {
      if own.data[i] - brightest.data[i] > Self.brighter.edge { found.data[i] = 1 }
    }
    return found.dilated(radius: aligned.pixels(0.1)).components(above: 0.5).compactMap { group in
      let glint = group.filter { found.data[$0] > 0 }
      let core = glint.count {
        let c = aligned.portrait.data[$0]
        return min(c.x, c.y, c.z) > Self.white && own.data[$0] - brightest.data[$0] > Self.brighter.core
      }
      // The light in an eye belongs to it.
      let inEye = glint.count { aligned.surface.data[$0].y == 0 }
      let grazing = glint.count { aligned.surface.data[$0].w < 0.3 }
      let isGlint =
        area(core) > Self.leastCore && area(glint.count) < Self.mostGlint && 2 * inEye < glint.count
        && 10 * grazing < glint.count
        && glint.allSatisfy {
          let place = aligned.surface.data[$0]
          return place.x > 0.3 && place.z > 0.3 && (sameGaze || place.y > Self.apart)
        }
      return isGlint ? glint : nil
    }
  }
}

extension Plane4 {
  fileprivate var luminance: Plane {
    Plane(width: width, height: height, data: data.map { SkinTones.luminance(Vector3($0.x, $0.y, $0.z)) })
  }
}
