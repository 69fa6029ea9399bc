import Avatar
import Head
import Linear
import Pixels

/// What the photo would show round one eye if its lids were closed.
///
/// Round the lids it is the photo, moved as the blink moves the skin. The upper lid, most of which no open eye shows, is
/// a smooth continuation of the skin around it with that skin's grain, ending in a line of lashes.
struct LidPicture {
  /// Pixels a side.
  static let side = 256
  /// Size of the square in widths of the eye.
  private static let extent: Float = 2.1

  var pixels: Plane4
  /// The rectangle of the photo (x, y, width, height) that it shows.
  var region: SIMD4<Float>

  private let rim: LidRim

  /// - Parameters:
  ///   - upper: the upper rim's vertices.
  ///   - reach: see `HeadGeometry.lidReach`, cm.
  ///   - tone: colour of this eye's skin, 0...1 RGB.
  init(
    rig: Rig, camera: Camera, neutral: [Vector3], blink: PersonalShape, rim upper: [UInt16], reach: Float,
    skin: SkinPicture, tone: Vector3, isLeft: Bool
  ) {
    var closed = neutral
    for (k, i) in blink.indices.enumerated() { closed[Int(i)] += blink.deltas[k] }
    let line = upper.map { camera.project(closed[Int($0)]) }
    let middle = (line[0] + line[line.count - 1]) * 0.5
    let width = max(4, (line[line.count - 1] - line[0]).length)
    let size = width * Self.extent
    let corner = middle - Vector2(size, size) * 0.5
    region = SIMD4(corner.x, corner.y, size, size)
    let scale = Float(Self.side) / size
    let local = line.map { ($0 - corner) * scale }
    rim = LidRim(line: isLeft ? local : local.reversed())

    let warp = Self.warp(rig, isLeft: isLeft, texture: skin.texture, reach: reach) {
      (camera.project(closed[$0]) - corner) * scale
    }
    pixels = Plane4(width: Self.side, height: Self.side)
    for i in pixels.data.indices {
      pixels.data[i] = skin.colour(Vector2(warp.data[i].x, warp.data[i].y))
    }
    var lid = Plane(width: Self.side, height: Self.side, data: warp.data.map { $0.z })
    for y in 0..<Self.side {
      for x in 0..<Self.side {
        // At the corners, which do not move, the photo's own skin and lashes stay.
        let along = rim.along(Vector2(Float(x) + 0.5, Float(y) + 0.5))
        lid.data[y * Self.side + x] *=
          Elementary.smoothstep(-0.12, 0, along) * Elementary.smoothstep(1.4, 1.15, along)
      }
    }
    fill(lid.gaussianBlurred(sigma: 0.02 * rim.width), tone: tone)
    drawLashes(Self.lashColour(rig, camera, neutral, upper, skin, tone))
  }

  /// Per pixel of the closed eye: the photo pixel that shows there (x, y) and how much of it is lid (z).
  private static func warp(
    _ rig: Rig, isLeft: Bool, texture: [Vector2], reach: Float, place: (Int) -> Vector2
  ) -> Plane4 {
    let side = Self.side
    var known = Plane4(width: side, height: side)
    let triangles = rig.triangles
    var range = Array(stride(from: rig.triangles(of: .face).lowerBound, to: rig.triangles(of: .face).upperBound, by: 3))
    func y(_ t: Int) -> Float { (0..<3).reduce(0) { $0 + rig.neutral[Int(triangles[t + $1])].y } }
    // The upper lid lies over the lower one.
    range = range.filter { t in
      (0..<3).allSatisfy { k in
        let i = Int(triangles[t + k])
        return rig.fields.eyeDistance[i] < 3 && (rig.neutral[i].x > 0) == isLeft
      }
    }.sorted { y($0) < y($1) }
    let middle = rig.neutral[Int((isLeft ? rig.contours.upperLidLeft : rig.contours.upperLidRight)[0])].y
    func value(_ i: Int) -> SIMD4<Float> {
      let distance = rig.fields.eyeDistance[i]
      let isUpper = rig.neutral[i].y > middle
      let lid =
        isUpper ? Elementary.smoothstep(reach, 0.4 * reach, distance) : Elementary.smoothstep(0.3, 0.12, distance)
      return SIMD4(texture[i].x, texture[i].y, lid, 1)
    }
    for t in range {
      let (a, b, c) = (Int(triangles[t]), Int(triangles[t + 1]), Int(triangles[t + 2]))
      let (va, vb, vc) = (value(a), value(b), value(c))
      TriangleScan.pixels(place(a), place(b), place(c), width: side, height: side) { i, v, w in
        known.data[i] = va * (1 - v - w) + vb * v + vc * w
      }
    }
    return known.inpainted()
  }

  /// Replaces the lid by a continuation of the skin around it.
  private mutating func fill(_ lid: Plane, tone: Vector3) {
    let level = max(SkinTones.luminance(tone), 0.02)
    let top = lid.data.indices.reduce(0) { highest, i in
      lid.data[i] > 0.1 ? max(highest, rim.height(of: Self.centre(i)) / rim.width) : highest
    }
    var known = Plane4(width: Self.side, height: Self.side)
    for i in pixels.data.indices {
      let c = pixels.data[i]
      let light = SkinTones.luminance(Vector3(c.x, c.y, c.z)) / level
      // Neither hair and lashes nor glints.
      let isSkin = Elementary.smoothstep(0.15, 0.5, light) * Elementary.smoothstep(1.6, 1.3, light)
      let height = rim.height(of: Self.centre(i)) / rim.width
      let isOutside = height > 0 ? 1 - min(1, lid.data[i] * 8) : Elementary.smoothstep(-0.08, -0.15, height)
      // Above the lid comes the brow.
      let weight = isSkin * isOutside * Elementary.smoothstep(top + 0.08, top + 0.02, height)
      // Where there is no skin at all, the tone of the whole.
      known.data[i] = SIMD4(c.x, c.y, c.z, 1) * weight + SIMD4(tone, 1) * (0.004 * (1 - weight))
    }
    let smooth = known.inpainted().gaussianBlurred(sigma: 0.05 * rim.width)
    let blurred = pixels.gaussianBlurred(sigma: 0.012 * rim.width)
    let source = pixels
    for i in pixels.data.indices where lid.data[i] > 0 {
      let p = Self.centre(i)
      let height = rim.height(of: p) / rim.width
      // The skin's grain is that under the eye, mirrored.
      let mirrored = p + rim.down * ((2 * max(0, height) + 0.2) * rim.width)
      let grain = (source.sample(mirrored) - blurred.sample(mirrored))
        .clamped(lowerBound: SIMD4(repeating: -0.02), upperBound: SIMD4(repeating: 0.02))
      // A lid bulges over the eyeball: lighter than the hollow above it, darker at both ends.
      let skin = smooth.data[i] * 0.85 + SIMD4(tone, 0) * 0.15
      let light = 0.88 + 0.14 * Elementary.sin(max(0, min(1, height / max(top, 0.1))) * 3.14159)
      pixels.data[i] += (skin * light + grain - pixels.data[i]) * lid.data[i]
    }
  }

  private static func centre(_ i: Int) -> Vector2 { Vector2(Float(i % side) + 0.5, Float(i / side) + 0.5) }

  /// The colour of the photo's own lash line: the mean of what is darkest at the upper rim.
  private static func lashColour(
    _ rig: Rig, _ camera: Camera, _ open: [Vector3], _ upper: [UInt16], _ skin: SkinPicture, _ tone: Vector3
  ) -> Vector3 {
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
    let mean = sum / count
    // Fair lashes, or a pale reflection: still a shadow between lids.
    return mean * min(1, 0.45 * SkinTones.luminance(tone) / max(SkinTones.luminance(mean), 0.01))
  }

  /// The dark line in which the lids meet, and lashes below it.
  private mutating func drawLashes(_ colour: Vector3) {
    var ink = Plane(width: Self.side, height: Self.side)
    for i in ink.data.indices {
      let p = Self.centre(i)
      let along = rim.along(p)
      if along < 0 || along > 1 { continue }
      let height = rim.height(of: p) / rim.width
      let thickness = 0.015 + 0.02 * along
      let d = (height - 0.5 * thickness) / thickness
      ink.data[i] = 0.85 * Elementary.exp(-d * d) * rim.taper(along)
    }
    var chance = UInt32(7)
    func random() -> Float {
      chance = chance &* 1_664_525 &+ 1_013_904_223
      return Float(chance >> 8) / Float(1 << 24)
    }
    let count = 40
    for k in 0..<count {
      let along = 0.08 + 0.88 * (Float(k) + random()) / Float(count)
      let length = (0.045 + 0.06 * along) * (0.7 + 0.5 * random()) * rim.width
      let lean = -0.25 + 1.15 * along + 0.3 * (random() - 0.5)
      var p = rim.point(along)
      let steps = 10
      for step in 0..<steps {
        let t = Float(step) / Float(steps)
        // Lashes leave the rim outwards and bend up again.
        let direction = rim.down * (1 - 0.8 * t) + rim.out * (lean * (0.6 + 0.8 * t))
        p += direction * (length / Float(steps))
        dab(&ink, p, radius: 0.008 * rim.width * (1 - 0.7 * t), strength: 0.5 * rim.taper(along) * (1 - 0.5 * t))
      }
    }
    for i in pixels.data.indices { pixels.data[i] += (SIMD4(colour, 0) - pixels.data[i]) * ink.data[i] }
  }

  private func dab(_ ink: inout Plane, _ p: Vector2, radius: Float, strength: Float) {
    let r = max(radius, 0.4)
    let reach = Int(2 * r) + 1
    let (cx, cy) = (Int(p.x), Int(p.y))
    for y in max(0, cy - reach)...max(0, min(Self.side - 1, cy + reach)) {
      for x in max(0, cx - reach)...max(0, min(Self.side - 1, cx + reach)) {
        let d = (Vector2(Float(x) + 0.5, Float(y) + 0.5) - p).length / r
        let i = y * Self.side + x
        ink.data[i] = max(ink.data[i], strength * Elementary.exp(-d * d) * min(1, radius / 0.4))
      }
    }
  }
}
