import Avatar
import Fitting
import Head
import Linear
import Pixels

/// A further photo laid on the portrait: pixel by pixel of the portrait's face, what the other photo shows there, in
/// the portrait's light.
struct AlignedView {
  /// Both are compared at so many pixels a cm of the head.
  static let pixelsPerUnit: Float = 12

  /// Where in the portrait's photo the planes begin, their pixels per photo pixel and per cm of the head.
  let corner: Vector2
  let scale: Float
  let unit: Float
  /// Colours of the portrait.
  let portrait: Plane4
  /// Colours of the view in the portrait's light, and what they were multiplied with for it.
  let view: Plane4
  let gains: Plane4
  /// Where in the view's photo each pixel lies: x, y.
  let places: Plane4
  /// Where on the face each pixel lies, cm: x from its outline (0: beyond it), y from the nearer lid's rim (0: in the open
  /// eye), z from the lips; w: the smaller cosine of both lines of sight to the surface.
  let surface: Plane4
  /// 1 where both photos show the same skin, 0 where they do not or there is none.
  let agreement: Plane

  /// - Parameter photo: the portrait's, perhaps with something taken off it already.
  init(_ view: PersonView, on own: PersonView, as photo: PixelBuffer, rig: Rig) {
    let (camera, vertices) = (own.camera, own.vertices)
    let face = rig.vertices(of: .face)
    let points = face.map { camera.project(vertices[$0]) }
    let size = Vector2(Float(photo.width), Float(photo.height))
    let low = points.reduce(points[0], { pointwiseMin($0, $1) }).clamped(lowerBound: .zero, upperBound: size - 2)
    let high = points.reduce(points[0], { pointwiseMax($0, $1) }).clamped(lowerBound: low + 1, upperBound: size)
    let scale = min(1, Self.pixelsPerUnit / camera.pixelsPerUnit)
    (corner, self.scale, unit) = (low, scale, scale * camera.pixelsPerUnit)
    let (width, height) = (max(1, Int((high.x - low.x) * scale)), max(1, Int((high.y - low.y) * scale)))
    let span = Vector2(Float(width), Float(height)) / scale
    portrait = photo.resampled(SIMD4(low.x, low.y, span.x, span.y), width: width, height: height)

    let sights = [own, view].map {
      Facing(camera: $0.camera, vertices: $0.vertices, normals: $0.normals, rig: rig).cosines
    }
    let fields = rig.fields
    var places = Plane4(width: width, height: height)
    var surface = Plane4(width: width, height: height)
    var depth = [Float](repeating: -.greatestFiniteMagnitude, count: width * height)
    let seen = face.map { SIMD4(lowHalf: view.camera.project(view.vertices[$0]), highHalf: Vector2(0, 1)) }
    let about = face.map { i in
      SIMD4(
        fields.edgeDistance[i], fields.eyeDistance[i], fields.innerDepth[i] > 0 ? 0 : fields.lipDistance[i],
        min(sights[0][i], sights[1][i]))
    }
    let range = rig.triangles(of: .face)
    for t in stride(from: range.lowerBound, to: range.upperBound, by: 3) {
      let (a, b, c) = (Int(rig.triangles[t]), Int(rig.triangles[t + 1]), Int(rig.triangles[t + 2]))
      TriangleScan.pixels(
        (points[a] - low) * scale, (points[b] - low) * scale, (points[c] - low) * scale, width: width, height: height
      ) { i, v, w in
        let u = 1 - v - w
        let z = vertices[a].z * u + vertices[b].z * v + vertices[c].z * w
        if z <= depth[i] { return }
        depth[i] = z
        places.data[i] = seen[a] * u + seen[b] * v + seen[c] * w
        surface.data[i] = about[a] * u + about[b] * v + about[c] * w
      }
    }
    // Open eyes are holes of the mesh.
    for (upper, lower) in [(Landmark.rightUpper, Landmark.rightLower), (Landmark.leftUpper, Landmark.leftLower)] {
      let rims = (upper + lower.reversed()).map { (own.landmarks[$0].xy - low) * scale }
      let open = Plane(width: width, height: height, polygon: rims)
      for i in open.data.indices where open.data[i] > 0 && places.data[i].w == 0 {
        surface.data[i] = SIMD4(4, 0, 4, 1)
      }
    }
    places = places.inpainted()
    let shown = Plane4(
      width: width, height: height, data: places.data.map { view.colour(Vector2($0.x, $0.y)) })
    (gains, agreement) = Self.matched(shown, portrait, surface, reach: unit)
    self.view = Plane4(width: width, height: height, data: zip(shown.data, gains.data).map { $0 * $1 })
    (self.places, self.surface) = (places, surface)
  }

  /// A photo pixel of the portrait in the planes.
  func point(_ p: Vector2) -> Vector2 { (p - corner) * scale }

  /// How much of the skin that both see looks the same, 0...1.
  var share: Float {
    let skin = surface.data.indices.filter { Self.isSkin(surface.data[$0]) }
    return skin.reduce(Float(0)) { $0 + agreement.data[$1] } / Float(max(1, skin.count))
  }

  /// Well seen by both, and neither lid nor lip.
  private static func isSkin(_ place: SIMD4<Float>) -> Bool {
    place.x > 0.5 && place.y > 0.6 && place.z > 0.5 && place.w > 0.4
  }

  /// Whole pixels of the planes, at least one, for so many cm of the head.
  func pixels(_ cm: Float) -> Int { max(1, Int(cm * unit)) }

  /// What the view's colours have to be multiplied with, slowly varying: the ratio of both where they show the same
  /// skin, which what covers one of them does not; and where they do.
  /// - Parameter reach: of the mean, pixels.
  private static func matched(
    _ view: Plane4, _ portrait: Plane4, _ surface: Plane4, reach: Float
  ) -> (gains: Plane4, agreement: Plane) {
    let skin = surface.data.indices.filter {
      isSkin(surface.data[$0]) && min(view.data[$0].x, view.data[$0].y, view.data[$0].z) > 0.02
    }
    let ratios = skin.map { portrait.data[$0] / view.data[$0] }
    let median = SkinTones.median(ratios.map { Vector3($0.x, $0.y, $0.z) }) ?? Vector3(1, 1, 1)
    let start = SIMD4(median.clamped(lowerBound: Vector3(repeating: 0.5), upperBound: Vector3(repeating: 2)), 1)
    var gains = Plane4(width: view.width, height: view.height, repeating: start)
    var agreement = Plane(width: view.width, height: view.height)
    func compare() {
      for i in skin {
        let d = portrait.data[i] - view.data[i] * gains.data[i]
        agreement.data[i] = Elementary.smoothstep(unlike, alike, Vector3(d.x, d.y, d.z).length)
      }
    }
    compare()
    for _ in 0..<3 {
      var known = Plane4(width: view.width, height: view.height)
      for (k, i) in skin.enumerated() {
        let ratio = ratios[k].clamped(lowerBound: start * 0.5, upperBound: start * 2)
        known.data[i] = SIMD4(ratio.x, ratio.y, ratio.z, 1) * agreement.data[i]
      }
      known = known.gaussianBlurred(sigma: reach)
      for i in gains.data.indices {
        // Where nothing agrees far and wide the median counts.
        let k = known.data[i] + start * 0.02
        gains.data[i] = SIMD4(k.x / k.w, k.y / k.w, k.z / k.w, 1)
      }
      compare()
    }
    return (gains, agreement)
  }

  /// Skin whose colours are so near is the same, and from here on it is not, 0...1.
  private static let alike: Float = 0.08
  private static let unlike: Float = 0.16
}
