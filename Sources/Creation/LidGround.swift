import Avatar
import Head
import Linear
import Pixels

/// What a closed lid is painted on and with: the photo round one eye as the neutral face shows it, and the skin that
/// would lie where the eye is.
struct LidGround {
  /// Pixels a side.
  static let side = 256
  /// Size of the square in widths of the eye.
  private static let extent: Float = 2.1
  /// In widths of the eye, as all heights: the lid wholly covers so much above the open eye's upper rim, over its lashes.
  private static let wholeAbove: Float = 0.06
  /// So far above the upper rim the fold loses some of its depth: no more than this share of the skin that moves, which
  /// ends below the brow; lashes may reach further by this factor.
  private static let unfolding: Float = 0.28
  private static let browShare: Float = 0.9
  private static let lashReach: Float = 1.15
  /// Under a brow that overhangs it the lid fades within two of these.
  private static let browFade: Float = 0.03

  /// The rectangle of the photo (x, y, width, height) that it shows.
  let region: SIMD4<Float>
  /// Without the open eye's lashes.
  let photo: Plane4
  let skin: Plane4
  /// Where the lid is, 0...1.
  let share: Plane
  /// Brightness of the whole eye's skin, 0...1.
  let level: Float
  /// The colour of the photo's own lash line: the mean of what is darkest at the upper rim.
  let lash: Vector3

  /// The line in which the lids meet, and the open eye's upper rim.
  let rim: LidRim
  let upper: LidRim

  /// - Parameters:
  ///   - upper, lower: the rims' vertices.
  ///   - reach: height above the upper rim of the skin that moves, cm (see `HeadGeometry.lidReach`).
  ///   - tone: colour of this eye's skin, 0...1 RGB.
  init(
    rig: Rig, camera: Camera, neutral: [Vector3], blink: PersonalShape, upper upperRim: [UInt16],
    lower lowerRim: [UInt16], reach: Float, skin picture: SkinPicture, tone: Vector3, isLeft: Bool
  ) {
    var closed = neutral
    for (k, i) in blink.indices.enumerated() { closed[Int(i)] += blink.deltas[k] }
    let line = upperRim.map { camera.project(closed[Int($0)]) }
    let middle = (line[0] + line[line.count - 1]) * 0.5
    let width = max(4, (line[line.count - 1] - line[0]).length)
    let size = width * Self.extent
    let corner = middle - Vector2(size, size) * 0.5
    let scale = Float(Self.side) / size
    func contour(_ rim: [UInt16], _ positions: [Vector3]) -> LidRim {
      let local = rim.map { (camera.project(positions[Int($0)]) - corner) * scale }
      return LidRim(line: isLeft ? local : local.reversed())
    }
    let rim = contour(upperRim, closed)
    let upper = contour(upperRim, neutral)
    let lower = contour(lowerRim, neutral)

    let warp = Self.warp(rig, neutral, isLeft: isLeft, texture: picture.texture, forward: camera.rotation.c2) {
      (camera.project(neutral[$0]) - corner) * scale
    }
    var photo = Plane4(width: Self.side, height: Self.side)
    for i in photo.data.indices { photo.data[i] = picture.colour(Vector2(warp.data[i].x, warp.data[i].y)) }
    let places = photo.data.indices.map { i -> EyePlace in
      let p = Self.centre(i)
      let height = rim.height(of: p) / rim.width
      return EyePlace(
        along: rim.along(p), height: height, over: upper.height(of: p) / rim.width,
        under: -min(lower.height(of: p) / rim.width, height))
    }
    // A brow overhangs the lids of a bowed head: where it ends, a step of the surface, the lid must be the photo.
    let aside = warp.gaussianBlurred(sigma: Self.browFade * rim.width)
    var free = Plane(width: Self.side, height: Self.side)
    for i in free.data.indices {
      free.data[i] = max(
        Elementary.smoothstep(0.8, 0.6, aside.data[i].z), Elementary.smoothstep(0, -0.03, places[i].over))
    }
    let limit = min(Self.unfolding, Self.browShare * reach * camera.pixelsPerUnit / width)
    let eyeSkin = EyeSkin(photo: photo, places: places, width: rim.width, tone: tone)
    self.photo = eyeSkin.withoutLashes(reach: Self.lashReach * limit, within: free)
    skin = eyeSkin.continued
    level = eyeSkin.level

    var share = free
    for i in share.data.indices { share.data[i] *= Self.share(places[i], limit: limit) }
    self.share = share
    lash = Self.lash(camera, neutral, upperRim, picture)
    region = SIMD4(corner.x, corner.y, size, size)
    self.rim = rim
    self.upper = upper
  }

  /// Per pixel of the open eye: the photo pixel that shows there (x, y), and how far from the lids' rims the skin in front
  /// lies there (z, cm).
  /// - Parameter forward: unit vector towards the camera.
  private static func warp(
    _ rig: Rig, _ positions: [Vector3], isLeft: Bool, texture: [Vector2], forward: Vector3, place: (Int) -> Vector2
  ) -> Plane4 {
    let side = Self.side
    var known = Plane4(width: side, height: side)
    var nearest = [Float](repeating: -.infinity, count: side * side)
    let triangles = rig.triangles
    func value(_ i: Int) -> SIMD4<Float> { SIMD4(texture[i].x, texture[i].y, rig.fields.eyeDistance[i], 1) }
    for t in stride(from: rig.triangles(of: .face).lowerBound, to: rig.triangles(of: .face).upperBound, by: 3) {
      let (a, b, c) = (Int(triangles[t]), Int(triangles[t + 1]), Int(triangles[t + 2]))
      let isNear = [a, b, c].allSatisfy { rig.fields.eyeDistance[$0] < 3 && (rig.neutral[$0].x > 0) == isLeft }
      guard isNear else { continue }
      let (va, vb, vc) = (value(a), value(b), value(c))
      let depth = SIMD3(positions[a].dot(forward), positions[b].dot(forward), positions[c].dot(forward))
      TriangleScan.pixels(place(a), place(b), place(c), width: side, height: side) { i, v, w in
        let front = depth.x * (1 - v - w) + depth.y * v + depth.z * w
        if front <= nearest[i] { return }
        nearest[i] = front
        known.data[i] = va * (1 - v - w) + vb * v + vc * w
      }
    }
    return known.inpainted()
  }

  /// How much of the lid a place shows, 0...1.
  private static func share(_ place: EyePlace, limit: Float) -> Float {
    let lid =
      Elementary.smoothstep(max(wholeAbove + 0.03, min(EyeSkin.above, limit)), wholeAbove, place.over)
      * Elementary.smoothstep(EyeSkin.below, 0, place.under)
    let unfolding =
      0.7 * Elementary.smoothstep(limit, 0.5 * limit, place.over) * Elementary.smoothstep(-0.05, 0, place.over)
    // At the corners, which do not move, the photo's own skin stays.
    return max(lid, unfolding) * Elementary.smoothstep(-0.12, 0.02, place.along)
      * Elementary.smoothstep(1.22, 1.04, place.along)
  }

  private static func lash(_ camera: Camera, _ open: [Vector3], _ upper: [UInt16], _ skin: SkinPicture) -> Vector3 {
    let down = camera.rotation.c1 * -1
    var sum = Vector3(0, 0, 0)
    var count: Float = 0
    for k in upper.count / 5..<upper.count - upper.count / 5 {
      let colours = (-4...4).map { step -> Vector3 in
        let c = skin.colour(camera.project(open[Int(upper[k])] + down * (Float(step) * 0.03)))
        return Vector3(c.x, c.y, c.z)
      }
      sum += colours.min { SkinTones.luminance($0) < SkinTones.luminance($1) }!
      count += 1
    }
    return sum / count
  }

  static func luminance(_ c: SIMD4<Float>) -> Float { SkinTones.luminance(Vector3(c.x, c.y, c.z)) }

  static func centre(_ i: Int) -> Vector2 { Vector2(Float(i % side) + 0.5, Float(i / side) + 0.5) }
}
