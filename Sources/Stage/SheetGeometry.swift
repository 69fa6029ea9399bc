import Avatar
import Head
import Linear

/// The sheet of one avatar ready to move: its grid with a skirt round the photo (so that motion never shows the
/// picture's edge), and how each crossing follows the face.
final class SheetGeometry {
  private static let anchorCount = 6
  /// The skirt's width, share of the photo's larger side. Motion shows little of it, a morph between photos that are cut
  /// differently much.
  private static let skirt: Float = 0.5
  /// How much of the photo a stretch of the skirt shows, share of its length.
  private static let skirtScale: Float = 0.15
  /// What the shoulders rise with the deepest breath, cm.
  private static let breathRise: Float = 0.2

  let arena = Arena()
  /// Crossings in a row.
  let width: Int
  /// Avatar space, squeezed.
  let base: UnsafeMutableBufferPointer<Vector3>
  /// Photo pixels.
  let texture: [Vector2]
  let turnWeights: UnsafeMutableBufferPointer<Float>
  let breathWeights: UnsafeMutableBufferPointer<Float>
  /// Triangles, farthest from the face first, so that what is nearer to the middle lies on top where the sheet folds:
  /// those that may need the whole photo's picture, then those wholly within the head's.
  let outerTriangles: [UInt32]
  let innerTriangles: [UInt32]
  /// Crossings that follow the face, each with `anchorCount` face vertices and weights.
  private let followers: UnsafeMutableBufferPointer<UInt32>
  private let anchors: UnsafeMutableBufferPointer<UInt16>
  private let weights: UnsafeMutableBufferPointer<Float>
  private let photo: UnsafeMutableBufferPointer<Vector3>

  /// The sheet with the current expression (avatar space, squeezed, before the head turns).
  let expressed: UnsafeMutableBufferPointer<Vector3>

  init(
    _ avatar: Avatar, rig: Rig, photo: UnsafeMutableBufferPointer<Vector3>,
    normals: UnsafeMutableBufferPointer<Vector3>, compression: DepthCompression, fade: TurnFade
  ) {
    self.photo = photo
    let camera = avatar.camera
    let margin = Self.skirt * max(camera.photoSize.x, camera.photoSize.y)
    let columns = Self.line(avatar.sheet.columns, size: camera.photoSize.x, margin: margin)
    let rows = Self.line(avatar.sheet.rows, size: camera.photoSize.y, margin: margin)
    let width = columns.count
    self.width = width
    let count = width * rows.count
    precondition(avatar.sheet.depth.count == avatar.sheet.columns.count * avatar.sheet.rows.count)

    var base = [Vector3](repeating: Vector3(0, 0, 0), count: count)
    var texture = [Vector2](repeating: Vector2(0, 0), count: count)
    var pixels = texture
    turnWeights = arena.buffer(count, 0)
    breathWeights = arena.buffer(count, 0)
    for r in 0..<rows.count {
      let depthRow = max(0, min(avatar.sheet.rows.count - 1, r - 1)) * avatar.sheet.columns.count
      for c in 0..<width {
        let i = r * width + c
        let z = avatar.sheet.depth[depthRow + max(0, min(avatar.sheet.columns.count - 1, c - 1))]
        let pixel = Vector2(columns[c], rows[r])
        let p = camera.unproject(pixel, z: z)
        base[i] = compression.apply(p)
        pixels[i] = pixel
        texture[i] = Vector2(
          Self.reflect(pixel.x, camera.photoSize.x), Self.reflect(pixel.y, camera.photoSize.y))
        turnWeights[i] = fade.weight(p)
        breathWeights[i] = Elementary.smoothstep(-9, -15, camera.unplace(p).y)
      }
    }
    self.base = arena.buffer(base)
    self.texture = texture
    expressed = arena.buffer(base)

    var front: [UInt16] = []
    var frontPixels: [Vector2] = []
    for i in 0..<rig.skinCount where normals[i].z > 0 {
      front.append(UInt16(i))
      frontPixels.append(camera.project(photo[i]) * (1 / camera.pixelsPerUnit))
    }
    var followers: [UInt32] = []
    var anchors: [UInt16] = []
    var weights: [Float] = []
    for i in 0..<count {
      Self.anchor(
        pixels[i] * (1 / camera.pixelsPerUnit), vertex: i, front: front, places: frontPixels, &followers, &anchors,
        &weights)
    }
    let covers = Self.opaque(avatar, rig, normals: normals)
    var covered = [Bool](repeating: false, count: count)
    for (k, follower) in followers.enumerated() {
      // The weights of a crossing fade with its distance from the face: beside a turned head the nearest vertices may lie
      // centimetres away.
      let range = k * Self.anchorCount..<(k + 1) * Self.anchorCount
      var nearness: Float = 0
      for w in weights[range] { nearness += w }
      covered[Int(follower)] = nearness > 0.99 && anchors[range].allSatisfy { covers[Int($0)] }
    }
    let head = camera.project(camera.place(Vector3(0, 0, 5)))
    let hasFrame = avatar.image(.frameColour) != nil
    (outerTriangles, innerTriangles) = Self.triangles(
      pixels: pixels, covered: covered, width: width, height: rows.count, middle: head,
      region: hasFrame ? avatar.headRegion : nil)
    self.followers = arena.buffer(followers)
    self.anchors = arena.buffer(anchors)
    self.weights = arena.buffer(weights)
  }

  /// The rectangle of the photo (pixels) in which somebody must be seen for the cell at crossing `corner` to be drawn: what
  /// the cell shows, or, beyond the photo, the edge it hangs on. A mirror image of hair that ends before the edge would
  /// float over the head.
  func evidence(of corner: Int) -> (low: Vector2, high: Vector2, isEdge: Bool) {
    let height = texture.count / width
    let (r, c) = (corner / width, corner % width)
    let rows = r == 0 ? 1...1 : r == height - 2 ? r...r : r...r + 1
    let columns = c == 0 ? 1...1 : c == width - 2 ? c...c : c...c + 1
    let a = texture[rows.lowerBound * width + columns.lowerBound]
    let b = texture[rows.upperBound * width + columns.upperBound]
    let isEdge = rows.count == 1 || columns.count == 1
    return (Vector2(min(a.x, b.x), min(a.y, b.y)), Vector2(max(a.x, b.x), max(a.y, b.y)), isEdge)
  }

  private static func line(_ values: [Float], size: Float, margin: Float) -> [Float] {
    [min(0, values.first ?? 0) - margin] + values + [max(size, values.last ?? 0) + margin]
  }

  /// Mirrored at the photo's edges and drawn out: hair goes on in strands, and the brow below it does not come again above.
  private static func reflect(_ x: Float, _ size: Float) -> Float {
    x < 0 ? -x * skirtScale : x > size ? size - (x - size) * skirtScale : x
  }

  /// Skin vertices that certainly hide the sheet behind them: not near the outline, nor where eyes and mouth open, nor
  /// on a side so turned away that a change of expression uncovers what is behind.
  private static func opaque(
    _ avatar: Avatar, _ rig: Rig, normals: UnsafeMutableBufferPointer<Vector3>
  ) -> [Bool] {
    let fields = rig.fields
    let face = rig.vertices(of: .face)
    return (0..<rig.skinCount).map { i in
      face.contains(i) && avatar.faceAlpha[i] >= 1 && normals[i].z > 0.6 && fields.edgeDistance[i] > 2.5
        && fields.eyeDistance[i] > 1 && fields.lipDistance[i] > 1
    }
  }

  private static func triangles(
    pixels: [Vector2], covered: [Bool], width: Int, height: Int, middle: Vector2, region: SIMD4<Float>?
  ) -> ([UInt32], [UInt32]) {
    var cells: [(distance: Float, corner: UInt32)] = []
    for r in 0..<height - 1 {
      for c in 0..<width - 1 {
        let i = r * width + c
        if covered[i] && covered[i + 1] && covered[i + width] && covered[i + width + 1] { continue }
        let centre = (pixels[i] + pixels[i + width + 1]) * 0.5
        cells.append(((centre - middle).length, UInt32(i)))
      }
    }
    cells.sort { $0.distance > $1.distance }
    var outer: [UInt32] = []
    var inner: [UInt32] = []
    for cell in cells {
      let i = Int(cell.corner)
      let topLeft = pixels[i]
      let bottomRight = pixels[i + width + 1]
      var isInner = true
      if let region {
        let border = Vector2(region.z, region.w) * SheetBlend.border
        isInner =
          topLeft.x >= region.x + border.x && topLeft.y >= region.y + border.y
          && bottomRight.x <= region.x + region.z - border.x && bottomRight.y <= region.y + region.w - border.y
      }
      let a = cell.corner
      let b = a + 1
      let d = a + UInt32(width)
      let e = d + 1
      if isInner { inner += [a, d, b, b, d, e] } else { outer += [a, d, b, b, d, e] }
    }
    return (outer, inner)
  }

  /// Ties crossing `vertex` at `place` (cm in the photo's plane) to the nearest front vertices of the face.
  private static func anchor(
    _ place: Vector2, vertex: Int, front: [UInt16], places: [Vector2], _ followers: inout [UInt32],
    _ anchors: inout [UInt16], _ weights: inout [Float]
  ) {
    let reach: Float = 5
    var distances = SIMD8<Float>(repeating: reach * reach)
    var indices = SIMD8<UInt16>(repeating: 0)
    var found = 0
    for k in 0..<front.count {
      let q = places[k] - place
      let d = q.x * q.x + q.y * q.y
      guard d < distances[anchorCount - 1] else { continue }
      var slot = anchorCount - 1
      while slot > 0 && distances[slot - 1] > d {
        distances[slot] = distances[slot - 1]
        indices[slot] = indices[slot - 1]
        slot -= 1
      }
      distances[slot] = d
      indices[slot] = front[k]
      found += 1
    }
    guard found >= anchorCount else { return }
    var sum: Float = 0
    var w = SIMD8<Float>(repeating: 0)
    for k in 0..<anchorCount {
      let d = distances[k].squareRoot() + 0.06
      w[k] = 1 / (d * d)
      sum += w[k]
    }
    let fade = Elementary.smoothstep(reach, 0.3, distances[0].squareRoot())
    followers.append(UInt32(vertex))
    for k in 0..<anchorCount {
      anchors.append(indices[k])
      weights.append(w[k] / sum * fade)
    }
  }

  /// Fills `expressed`: every crossing goes where `face` (all rig vertices, avatar space) pulls it.
  ///
  /// In a morph the whole sheet first follows the face's shift and growth, `shift` and `scale` about `centre`.
  func express(face: UnsafeMutableBufferPointer<Vector3>, morph: Morph, breath: Float) {
    if morph.isIdentity {
      for i in 0..<base.count { expressed[i] = base[i] }
    } else {
      for i in 0..<base.count { expressed[i] = morph.apply(base[i]) }
    }
    let n = Self.anchorCount
    for f in 0..<followers.count {
      var move = Vector3(0, 0, 0)
      for k in f * n..<(f + 1) * n {
        let a = Int(anchors[k])
        let rest = morph.isIdentity ? photo[a] : morph.apply(photo[a])
        move = move + (face[a] - rest) * weights[k]
      }
      let i = Int(followers[f])
      expressed[i] = expressed[i] + move
    }
    if breath != 0 {
      for i in 0..<base.count { expressed[i].y = expressed[i].y + breath * Self.breathRise * breathWeights[i] }
    }
  }
}

/// A similarity: scale about a centre, then a shift.
struct Morph {
  let centre: Vector3
  let target: Vector3
  let scale: Float
  let isIdentity: Bool

  static let none = Morph(centre: Vector3(0, 0, 0), target: Vector3(0, 0, 0), scale: 1, isIdentity: true)

  func apply(_ p: Vector3) -> Vector3 { target + (p - centre) * scale }
}

/// Where the head's picture gives way to the whole photo's.
enum SheetBlend {
  /// Width of the transition along the head region's border, share of its size.
  static let border: Float = 0.03
}
