import Avatar
import Head
import Linear
import Pixels

/// The sides of the face as turned views show them, for where the portrait sees them at a grazing angle or not at all: behind
/// the nose, the far cheek, the temples. Where no view shows a side, a turned portrait's other side stands in for it.
struct SeenSides {
  /// Pixels a side of the picture of one side.
  static let side = 2 * EyePictures.side
  /// Pixels left free round what is shown, so that its neighbour in the atlas does not bleed into it.
  private static let margin: Float = 3
  /// So many vertices' worth of a side is worth its picture: as another photo shows it, and made up of the other side.
  private static let least: (seen: Float, mirrored: Float) = (20, 50)

  /// Less of a side than this is nothing.
  private static let faintest: Float = 0.02

  let texture: SideTexture
  /// Right and left side, next to each other, in the portrait's colours.
  let picture: Plane4
  /// Rising numbers of the photos that they are taken from.
  let views: [Int]

  /// The mirror image is not believed where its light differs from the portrait's round about by these factors (natural
  /// logarithm): there is hair on one side only, or a shadow.
  private static let otherLight: (none: Float, whole: Float) = (0.3, 0.55)

  /// - Parameters:
  ///   - mirror: the portrait in a mirror.
  ///   - glasses: of the portrait (`Appearance.glasses`).
  ///   - vertices: the portrait's head in avatar space.
  /// - Returns: nil where nothing shows more than the portrait.
  init?(
    _ views: [PersonView], mirror: PersonView, glasses: Float, portrait: PortraitSurface, camera: Camera,
    vertices: [Vector3], rig: Rig
  ) {
    let neighbours = rig.faceNeighbours
    let own = Facing(camera: camera, vertices: vertices, normals: portrait.normals, rig: rig).cosines
    let facings = views.map { Facing(camera: $0.camera, vertices: $0.vertices, normals: $0.normals, rig: rig).cosines }
    // In the mirror each vertex is seen as well as its mirror image is.
    let mirrored = own.indices.map { own[Int(rig.mirror[$0])] }
    var texture = [(index: UInt16, weight: Float, place: Vector2)]()
    var picture = Plane4(width: 2 * Self.side, height: Self.side, data: Self.blank)
    var used: [Int] = []
    for isLeft in [false, true] {
      let reach = Self.reach(rig, portrait.normals, isLeft: isLeft, neighbours)
      var best = Candidate(number: nil, weights: Self.weights(own, mirrored, reach, neighbours))
      var most = Self.least.seen
      for number in views.indices {
        let candidate = Candidate(number: number, weights: Self.weights(own, facings[number], reach, neighbours))
        if candidate.sum > most { (best, most) = (candidate, candidate.sum) }
      }
      let view: PersonView
      let gains: [Vector3]
      if let number = best.number {
        view = views[number]
        gains = view.gains(to: portrait, rig: rig, own, facings[number], neighbours)
      } else {
        guard best.sum > Self.least.mirrored else { continue }
        view = mirror
        gains = mirror.gains(to: portrait, rig: rig, own, mirrored, neighbours)
        for i in best.weights.indices where best.weights[i] > 0 {
          let weight = best.weights[i] * Self.belief(gains[i]) * (1 - glasses * GlassesBand.share(at: rig.neutral[i]))
          best.weights[i] = weight < Self.faintest ? 0 : weight
        }
        guard best.sum > Self.least.mirrored else { continue }
      }
      let shown = best.weights.indices.filter { i in
        best.weights[i] > 0 || neighbours[i].contains { best.weights[$0] > 0 }
      }
      let side = SideView(view, shown: shown, gains: gains, rig: rig, size: Self.side, margin: Self.margin)
      let column = isLeft ? Self.side : 0
      for y in 0..<Self.side {
        for x in 0..<Self.side {
          picture.data[y * picture.width + column + x] = side.picture.data[y * Self.side + x]
        }
      }
      for (k, i) in shown.enumerated() {
        let x = 0.5 * side.places[k].x + (isLeft ? 0.5 : 0)
        let weight = best.weights[i] * FaceSurface.border(rig.fields.edgeDistance[i])
        texture.append((UInt16(i), weight, Vector2(x, side.places[k].y)))
      }
      if let number = best.number { used.append(number) }
    }
    guard !texture.isEmpty else { return nil }
    // The middle of the face belongs to neither side, so none is in both.
    texture.sort { $0.index < $1.index }
    self.texture = SideTexture(
      indices: texture.map { $0.index }, weights: texture.map { $0.weight }, places: texture.map { $0.place })
    self.picture = picture
    self.views = used.count == 2 && used[0] == used[1] ? [used[0]] : used.sorted()
  }

  /// What one side of the face may be taken from.
  private struct Candidate {
    /// Of the view; nil: the mirror image.
    let number: Int?
    /// How much of it each of the face's vertices shows.
    var weights: [Float]
    var sum: Float { weights.reduce(0, +) }
  }

  private static func belief(_ gain: Vector3) -> Float {
    let far = max(abs(Elementary.log(gain.x)), abs(Elementary.log(gain.y)), abs(Elementary.log(gain.z)))
    return Elementary.smoothstep(otherLight.whole, otherLight.none, far)
  }

  private static var blank: [SIMD4<Float>] {
    [SIMD4<Float>](repeating: SIMD4(0.5, 0.5, 0.5, 1), count: 2 * side * side)
  }

  /// Where another picture may take over: neither the middle of the face nor what speech and blinks move, nor what lies under
  /// the jaw, which collars and scarves cover. Two vertices further no picture of shut lids is shown: the first of them
  /// knows its place in the side's picture, the second one's may lie in that of the lids.
  private static func reach(_ rig: Rig, _ normals: [Vector3], isLeft: Bool, _ neighbours: [[Int]]) -> [Float] {
    let step = Elementary.smoothstep
    let fields = rig.fields
    let face = rig.vertices(of: .face)
    func aside(_ i: Int) -> Float { isLeft ? rig.neutral[i].x : -rig.neutral[i].x }
    func isFree(_ i: Int) -> Bool { aside(i) > 0.2 && fields.eyeDistance[i] > 1.2 }
    func isAmongFree(_ i: Int) -> Bool { neighbours[i].allSatisfy(isFree) }
    return face.map { i in
      guard isAmongFree(i), neighbours[i].allSatisfy(isAmongFree), fields.innerDepth[i] == 0 else { return 0 }
      return step(0.5, 1.2, aside(i)) * step(1.3, 2, fields.eyeDistance[i]) * step(0.6, 1.6, fields.lipDistance[i])
        * step(-0.5, -0.2, normals[i].y)
    }
  }

  /// How much of the view each vertex shows.
  /// - Parameters:
  ///   - own, facing: how well the portrait and the view see it (`Facing`).
  private static func weights(
    _ own: [Float], _ facing: [Float], _ reach: [Float], _ neighbours: [[Int]]
  ) -> [Float] {
    let step = Elementary.smoothstep
    var weights = own.indices.map { i in
      reach[i] * step(0.5, 0.25, own[i]) * step(0.3, 0.5, facing[i]) * step(0.1, 0.3, facing[i] - own[i])
    }
    for _ in 0..<3 {
      weights = weights.indices.map { i in
        guard reach[i] > 0, !neighbours[i].isEmpty else { return 0 }
        let mean = neighbours[i].reduce(Float(0)) { $0 + weights[$1] } / Float(neighbours[i].count)
        return min(0.5 * (weights[i] + mean), reach[i], step(0.15, 0.35, facing[i]))
      }
    }
    return weights.map { $0 < faintest ? 0 : $0 }
  }
}

/// How well a photo sees each of the face's vertices: the cosine between its normal and the line of sight, 0 where it is
/// turned away, something is before it, or the photo ends before it.
struct Facing {
  /// What lies so much nearer hides a vertex, cm.
  private static let hidden: Float = 0.5

  let cosines: [Float]

  init(camera: Camera, vertices: [Vector3], normals: [Vector3], rig: Rig) {
    let points = rig.vertices(of: .face).map { Vector3(camera.project(vertices[$0]), vertices[$0].z) }
    let map = DepthMap(points: points, triangles: Array(rig.triangles[rig.triangles(of: .face)]))
    cosines = points.indices.map { i in
      let p = points[i].xy
      let isInside = min(p.x, p.y) >= 0 && p.x <= camera.photoSize.x && p.y <= camera.photoSize.y
      return isInside && map.sample(p) <= points[i].z + Self.hidden ? max(0, normals[i].z) : 0
    }
  }
}

/// A view's photo round some vertices, in the portrait's colours.
private struct SideView {
  let picture: Plane4
  /// Where each of `shown` lies in `picture`, 0...1.
  let places: [Vector2]

  init(_ view: PersonView, shown: [Int], gains: [Vector3], rig: Rig, size: Int, margin: Float) {
    let points = shown.map { view.camera.project(view.vertices[$0]) }
    var low = points[0]
    var high = low
    for p in points {
      low = pointwiseMin(low, p)
      high = pointwiseMax(high, p)
    }
    let extent = pointwiseMax(high - low, Vector2(4, 4)) * (Float(size) / (Float(size) - 2 * margin))
    let corner = (low + high) * 0.5 - extent * 0.5
    places = points.map { ($0 - corner) / extent }

    // The gains of the vertices between them, and on beyond them.
    var number = [Int](repeating: -1, count: gains.count)
    for (k, i) in shown.enumerated() { number[i] = k }
    var gain = Plane4(width: size, height: size)
    let range = rig.triangles(of: .face)
    for t in stride(from: range.lowerBound, to: range.upperBound, by: 3) {
      let corners = (Int(rig.triangles[t]), Int(rig.triangles[t + 1]), Int(rig.triangles[t + 2]))
      let (a, b, c) = (number[corners.0], number[corners.1], number[corners.2])
      guard a >= 0, b >= 0, c >= 0 else { continue }
      let side = Float(size)
      TriangleScan.pixels(places[a] * side, places[b] * side, places[c] * side, width: size, height: size) { i, v, w in
        let value = gains[corners.0] * (1 - v - w) + gains[corners.1] * v + gains[corners.2] * w
        gain.data[i] = SIMD4(value, 1)
      }
    }
    gain = gain.inpainted()
    var picture = view.photo.resampled(SIMD4(corner.x, corner.y, extent.x, extent.y), width: size, height: size)
    for i in picture.data.indices {
      picture.data[i] = (picture.data[i] * gain.data[i]).clamped(
        lowerBound: SIMD4(repeating: 0), upperBound: SIMD4(repeating: 1))
    }
    self.picture = picture
  }
}

extension PersonView {
  /// What the view's colours are multiplied with at each face vertex to be the portrait's: the ratio of both where both see
  /// it well, smoothed along the surface, and continued to where they do not.
  /// - Parameters:
  ///   - own, facing: how well the portrait and the view see each vertex.
  fileprivate func gains(
    to portrait: PortraitSurface, rig: Rig, _ own: [Float], _ facing: [Float], _ neighbours: [[Int]]
  ) -> [Vector3] {
    let start = gain(to: portrait, rig: rig) { _ in true }
    let fields = rig.fields
    let colours = own.indices.map { i -> (portrait: Vector3, view: Vector3) in
      let a = portrait.skin.colour(portrait.skin.texture[i])
      let b = colour(camera.project(vertices[i]))
      return (Vector3(a.x, a.y, a.z), Vector3(b.x, b.y, b.z))
    }
    // Of a vertex and its neighbours: marks of the skin do not matter, nor does it that they are not met exactly.
    let ratios = own.indices.map { i -> Vector3? in
      guard min(own[i], facing[i]) > 0.35, fields.edgeDistance[i] > 0.5, fields.lipDistance[i] > 0.4,
        fields.eyeDistance[i] > 0.6
      else { return nil }
      var (wanted, seen) = colours[i]
      for n in neighbours[i] {
        wanted += colours[n].portrait
        seen += colours[n].view
      }
      guard min(seen.x, seen.y, seen.z) > 0.02 * Float(neighbours[i].count + 1) else { return nil }
      return (wanted / seen).clamped(lowerBound: start * 0.5, upperBound: start * 2)
    }
    var gains = [Vector3](repeating: start, count: own.count)
    for _ in 0..<60 {
      for i in gains.indices where !neighbours[i].isEmpty {
        var sum = Vector3(0, 0, 0)
        for n in neighbours[i] { sum += gains[n] }
        let known: Float = ratios[i] == nil ? 0 : 3
        gains[i] = (sum + (ratios[i] ?? .zero) * known) / (Float(neighbours[i].count) + known)
      }
    }
    return gains
  }
}
