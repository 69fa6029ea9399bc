import Avatar
import Linear
import Pixels

/// Finds the skin round points of one photo again in another one, to fractions of a pixel: zero-mean normalised
/// cross-correlation of small patches, warped as the surface is seen from the other side.
struct SkinMatch {
  /// Both photos are compared at so many pixels a cm of the head.
  static let pixelsPerUnit: Float = 20
  /// Half the side of a patch, and how far from where it is expected it may be, pixels of that picture.
  private static let reach = 7
  private static let search = 9
  /// Less alike than this is not the same.
  private static let leastLikeness: Float = 0.75

  private let first: LumaPicture
  private let second: LumaPicture

  init(_ first: LumaPicture, _ second: LumaPicture) { (self.first, self.second) = (first, second) }

  /// - Parameters:
  ///   - point: a photo pixel of the first picture.
  ///   - expected: where it should be in the second photo.
  ///   - warp: photo pixels of the second per photo pixel of the first, columns for x and y.
  /// - Returns: the photo pixel of the second; nil where it is not to be told.
  func find(_ point: Vector2, expected: Vector2, warp: (Vector2, Vector2)) -> Vector2? {
    let (reach, search) = (Self.reach, Self.search)
    let step = 1 / first.scale
    let side = 2 * reach + 1
    let wide = side + 2 * search
    var patch = [Float](repeating: 0, count: side * side)
    for y in 0..<side {
      for x in 0..<side {
        patch[y * side + x] = first.value(point + Vector2(Float(x - reach), Float(y - reach)) * step)
      }
    }
    var ground = [Float](repeating: 0, count: wide * wide)
    for y in 0..<wide {
      for x in 0..<wide {
        let dx = Float(x - reach - search) * step
        let dy = Float(y - reach - search) * step
        ground[y * wide + x] = second.value(expected + warp.0 * dx + warp.1 * dy)
      }
    }
    let count = Float(side * side)
    let mean = patch.reduce(0, +) / count
    for i in patch.indices { patch[i] -= mean }
    let energy = patch.reduce(0) { $0 + $1 * $1 }
    // Nothing to be seen here: noise of one level in 255 would be found anywhere.
    guard energy > count * 4e-5 else { return nil }
    let places = 2 * search + 1
    var likeness = [Float](repeating: 0, count: places * places)
    patch.withUnsafeBufferPointer { patch in
      ground.withUnsafeBufferPointer { ground in
        for v in 0..<places {
          for u in 0..<places {
            var (sum, squares, product) = (Float(0), Float(0), Float(0))
            for y in 0..<side {
              let row = (y + v) * wide + u
              for x in 0..<side {
                let value = ground[row + x]
                sum += value
                squares += value * value
                product += value * patch[y * side + x]
              }
            }
            let other = squares - sum * sum / count
            likeness[v * places + u] = other > count * 1e-5 ? product / (energy * other).squareRoot() : -1
          }
        }
      }
    }
    guard let best = likeness.indices.max(by: { likeness[$0] < likeness[$1] }) else { return nil }
    let (u, v) = (best % places, best / places)
    guard likeness[best] >= Self.leastLikeness, 1..<places - 1 ~= u, 1..<places - 1 ~= v else { return nil }
    func at(_ du: Int, _ dv: Int) -> Float { likeness[(v + dv) * places + u + du] }
    // The top of the paraboloid through the neighbours.
    let gradient = Vector2((at(1, 0) - at(-1, 0)) / 2, (at(0, 1) - at(0, -1)) / 2)
    let xx = 2 * at(0, 0) - at(1, 0) - at(-1, 0)
    let yy = 2 * at(0, 0) - at(0, 1) - at(0, -1)
    let xy = -(at(1, 1) - at(-1, 1) - at(1, -1) + at(-1, -1)) / 4
    let determinant = xx * yy - xy * xy
    guard xx > 0, yy > 0, determinant > 1e-10 else { return nil }
    var top = Vector2(yy * gradient.x - xy * gradient.y, xx * gradient.y - xy * gradient.x) / determinant
    top = top.clamped(lowerBound: Vector2(-1, -1), upperBound: Vector2(1, 1))
    let shift = (Vector2(Float(u - search), Float(v - search)) + top) * step
    return expected + warp.0 * shift.x + warp.1 * shift.y
  }
}

/// The brightness of a head's photo at `SkinMatch.pixelsPerUnit`.
struct LumaPicture {
  /// Its own pixels per photo pixel.
  let scale: Float
  private let plane: Plane
  private let corner: Vector2

  init(_ photo: PixelBuffer, camera: Camera, region: PictureRegion) {
    let size = region.rectangle
    // Never enlarged: finer than the photo there is nothing.
    let wanted = min(1, SkinMatch.pixelsPerUnit / camera.pixelsPerUnit)
    let (width, height) = (max(1, Int(size.z * wanted)), max(1, Int(size.w * wanted)))
    let colours = photo.resampled(size, width: width, height: height)
    plane = Plane(
      width: width, height: height, data: colours.data.map { SkinTones.luminance(Vector3($0.x, $0.y, $0.z)) })
    scale = Float(width) / size.z
    corner = Vector2(size.x, size.y)
  }

  /// At a photo pixel.
  func value(_ p: Vector2) -> Float { plane.sample((p - corner) * scale) }
}
