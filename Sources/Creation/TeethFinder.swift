import Avatar
import Fitting
import Head
import Linear
import Pixels

/// Looks for upper teeth in the photo: their colour, their edge, and how they cover the rig's teeth.
struct TeethFinder {
  /// Colour of the teeth, from the photo or made up to go with the skin.
  private(set) var colour: Vector3
  /// Weight and texture coordinates per upper-teeth vertex; empty where the photo shows no teeth to speak of.
  private(set) var weights: [Float] = []
  private(set) var texture: [Vector2] = []
  /// How far the teeth must come down so that their edge lies where the photo's is, cm.
  private(set) var drop: Float = 0

  /// Lips closer together than this show no teeth worth having, cm.
  private static let leastGap: Float = 0.45
  /// Of the pixels between the lips that must be tooth-white.
  private static let leastWhite: Float = 0.45
  /// Teeth are much greyer than skin; the inside of a lip or a microphone is not.
  private static let mostSaturation: Float = 0.65

  init(
    rig: Rig, camera: Camera, photo: [Vector3], landmarks: [Vector3], skin: Vector3, eyeWhite: Float, picture: Plane4,
    region: PictureRegion
  ) {
    let skinMean = (skin.x + skin.y + skin.z) / 3
    // The white of the eyes tells the light; dark skin alone would make the teeth grey.
    let brightness = max(0.62, min(1.05, max(0.5 * skinMean / 0.6 + 0.5 * eyeWhite / 0.7, 1.08 * skin.max())))
    colour = Self.drawn(brightness, skin)
    let unit = camera.pixelsPerUnit * region.scale
    let down = Self.direction(camera.rotation.c1 * -1)
    let gap = (landmarks[Landmark.lowerLip].xy - landmarks[Landmark.upperLip].xy).dot(down) / camera.pixelsPerUnit
    guard gap > Self.leastGap else { return }

    // A window of the picture round the mouth.
    let lips =
      Landmark.innerUpper.map { region.point(landmarks[$0].xy) }
      + Landmark.innerLower[1..<Landmark.innerLower.count - 1].reversed().map { region.point(landmarks[$0].xy) }
    var low = lips[0]
    var high = lips[0]
    for p in lips {
      low = pointwiseMin(low, p)
      high = pointwiseMax(high, p)
    }
    let left = max(0, Int(low.x) - 4)
    let top = max(0, Int(low.y) - 4)
    let width = min(picture.width, Int(high.x) + 5) - left
    let height = min(picture.height, Int(high.y) + 5) - top
    guard width > 8, height > 4 else { return }
    let corner = Vector2(Float(left), Float(top))
    let mouth = Plane(width: width, height: height, polygon: lips.map { $0 - corner })
    let inner = mouth.eroded(radius: max(1, Int(0.05 * unit)))

    let middle = (region.point(landmarks[Landmark.upperLip].xy) + region.point(landmarks[Landmark.lowerLip].xy)) * 0.5
    let right = Vector2(down.y, -down.x)
    let skinSaturation = Self.saturation(skin)
    var seen = 0
    var white: [Vector3] = []
    var rows = [Int](repeating: 0, count: 256)
    for y in 0..<height {
      for x in 0..<width where inner.data[y * width + x] > 0.5 {
        seen += 1
        let c = picture.data[(top + y) * picture.width + left + x]
        let colour = Vector3(c.x, c.y, c.z)
        guard Self.saturation(colour) < 0.4, (c.x + c.y + c.z) / 3 > 0.75 * skinMean else { continue }
        white.append(colour)
        let offset = Vector2(Float(x) + 0.5, Float(y) + 0.5) + corner - middle
        if abs(offset.dot(right)) < 0.7 * unit {
          let row = Int((offset.dot(down) + 128).rounded())
          if row >= 0 && row < 256 { rows[row] += 1 }
        }
      }
    }
    guard seen > 50, Float(white.count) > Self.leastWhite * Float(seen) else { return }
    guard let typical = SkinTones.median(white),
      Self.saturation(typical) < Self.mostSaturation * max(skinSaturation, 0.15)
    else { return }
    colour = (Self.percentile(white, 0.65) * 1.1).clamped(lowerBound: .zero, upperBound: .one)

    // The photo's incisal edge is the lowest row that is white over a quarter of the middle; the rig's teeth go there.
    let needed = Int(0.25 * 2 * 0.7 * unit)
    guard let edge = rows.lastIndex(where: { $0 > needed }) else { return }
    var current = -Float.greatestFiniteMagnitude
    for i in rig.contours.upperTeethEdge where abs(rig.neutral[Int(i)].x) < 1 {
      current = max(current, (region.point(camera.project(photo[Int(i)])) - middle).dot(down))
    }
    drop = max(-0.5, min(0.7, (Float(edge) - 128 - current) / unit))

    project(rig, camera, photo, inner, corner, unit, region)
  }

  /// Covers the front of the upper teeth (moved by `drop`) with what is seen between the lips.
  private mutating func project(
    _ rig: Rig, _ camera: Camera, _ photo: [Vector3], _ inner: Plane, _ corner: Vector2, _ unit: Float,
    _ region: PictureRegion
  ) {
    var moved = photo
    let teeth = rig.vertices(of: .upperTeeth)
    for i in teeth { moved[i] -= camera.rotation.c1 * drop }
    var normals = [Vector3](repeating: .zero, count: rig.vertexCount)
    moved.withUnsafeBufferPointer { vertices in
      normals.withUnsafeMutableBufferPointer {
        rig.normals(of: vertices, triangles: rig.triangles(of: .upperTeeth), vertices: teeth, into: $0)
      }
    }
    let cover = inner.gaussianBlurred(sigma: max(0.6, 0.05 * unit))
    for i in teeth {
      let pixel = camera.project(moved[i])
      let p = region.point(pixel) - corner
      let inside = p.x >= 0 && p.y >= 0 && p.x < Float(cover.width) && p.y < Float(cover.height)
      texture.append(pixel)
      weights.append(inside ? cover.sample(p) * Elementary.smoothstep(0.1, 0.4, normals[i].z) : 0)
    }
  }

  /// Teeth that the photo does not show, in its light: of that, skin tells the tint.
  private static func drawn(_ brightness: Float, _ skin: Vector3) -> Vector3 {
    var tint = Vector3(1, 1, 1)
    let mean = max((skin.x + skin.y + skin.z) / 3, 1e-3)
    for k in 0..<3 { tint[k] = 1 + 0.3 * (skin[k] / mean / usualSkin[k] - 1) }
    let warm = Vector3(0.95, 0.92, 0.86) * tint * brightness
    return SkinTones.faded(warm, as: skin).clamped(lowerBound: .zero, upperBound: .one)
  }

  /// Skin in white light over its mean, by channel: the median of fifteen portraits.
  private static let usualSkin = Vector3(1.25, 0.94, 0.81)

  private static func direction(_ v: Vector3) -> Vector2 {
    let image = Vector2(v.x, -v.y)
    return image / max(image.length, 1e-6)
  }

  private static func saturation(_ c: Vector3) -> Float {
    (c.max() - c.min()) / (c.max() + 1e-3)
  }

  private static func percentile(_ colours: [Vector3], _ share: Float) -> Vector3 {
    var result = Vector3(0, 0, 0)
    for k in 0..<3 {
      result[k] = colours.map { $0[k] }.sorted()[min(colours.count - 1, Int(share * Float(colours.count)))]
    }
    return result
  }
}

extension TeethFinder {
  /// Brings vertices that show nothing of the photo next to those that do.
  /// - Returns: the rectangle (x, y, width, height) that holds all texture coordinates.
  mutating func confineTexture() -> SIMD4<Float> {
    var low = Vector2(repeating: .greatestFiniteMagnitude)
    var high = low * -1
    for (p, weight) in zip(texture, weights) where weight > 0 {
      low = pointwiseMin(low, p)
      high = pointwiseMax(high, p)
    }
    texture = texture.map { pointwiseMax(low, pointwiseMin(high, $0)) }
    // Corners of the rectangle, so that whoever reads the coordinates finds it again.
    let size = pointwiseMax(high - low, Vector2(1, 1))
    return SIMD4(low.x, low.y, size.x, size.y)
  }

  /// Colours of another photo become the portrait's.
  mutating func tone(_ gain: Vector3) {
    colour = (colour * gain).clamped(lowerBound: .zero, upperBound: .one)
  }
}
