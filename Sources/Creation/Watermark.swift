import Avatar
import Fitting
import Linear
import Pixels

/// A faint "FLEXATAR TEST" again and again over hair, clothes and background, where it moves with them, and fainter still over
/// the face, which may be shown alone; not on eyes and lips. The same in all pictures of the photo, so that it does not double
/// where they meet.
struct Watermark {
  /// Heights of the letters, and distances of lines and of texts along them, in heights of the face.
  private static let letter: Float = 0.075
  private static let line: Float = 0.42
  private static let strength: Float = 0.38
  /// The face's share of that.
  private static let faint: Float = 0.45

  private let tile: Plane
  /// Of the face, in photo pixels.
  private let centre: Vector2
  private let height: Float
  /// Middles of eyes and lips and the radii round them that stay free, from the face's middle, in heights of the face.
  private let free: [(middle: Vector2, radii: Vector2)]

  /// - Parameter landmarks: 478 points in photo pixels.
  init(landmarks: [Vector3]) {
    let (top, chin) = (landmarks[Landmark.forehead].xy, landmarks[Landmark.chin].xy)
    centre = (top + chin) * 0.5
    height = (top - chin).length
    let (centre, height) = (centre, height)
    func place(_ p: Vector3) -> Vector2 { (p.xy - centre) * (1 / height) }
    free =
      [Landmark.irisRight, Landmark.irisLeft].map { (place(landmarks[$0]), Vector2(0.15, 0.09)) } + [
        (
          place((landmarks[Landmark.mouthRight] + landmarks[Landmark.mouthLeft]) * 0.5),
          Vector2(0.65 * (landmarks[Landmark.mouthRight] - landmarks[Landmark.mouthLeft]).length / height, 0.13)
        )
      ]
    tile = Self.drawn("FLEXATAR TEST")
  }

  /// Draws on one of an avatar's pictures; those of eyes and mattes stay as they are.
  func draw(on picture: inout CreatedAvatar.Picture, headRegion: SIMD4<Float>, photoSize: Vector2) {
    let size = Vector2(Float(picture.pixels.width), Float(picture.pixels.height))
    switch picture.image {
    case .headColour: draw(on: &picture.pixels, showing: headRegion)
    case .frameColour, .background:
      draw(on: &picture.pixels, showing: SIMD4(0, 0, photoSize.x, photoSize.y))
    case .preview:
      // Of the photo's frame only its scale matters here: the face is as high as 1/2.4 of it and lies in its middle.
      let scale = 2.4 * height / size.y
      let corner = centre - Vector2(size.x * 0.5, size.y * 0.47) * scale
      draw(on: &picture.pixels, showing: SIMD4(corner.x, corner.y, size.x * scale, size.y * scale))
    case .headAlpha, .frameAlpha, .eyes: break
    }
  }

  /// - Parameter region: the rectangle of the photo (x, y, width, height) that the picture shows.
  private func draw(on picture: inout PixelBuffer, showing region: SIMD4<Float>) {
    let step = Vector2(region.z / Float(picture.width), region.w / Float(picture.height))
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        let p = Vector2(region.x + (Float(x) + 0.5) * step.x, region.y + (Float(y) + 0.5) * step.y)
        let (light, shade) = coverage((p - centre) * (1 / height))
        guard light > 0 || shade > 0 else { continue }
        for c in 0..<3 {
          let i = (y * picture.width + x) * picture.channels + c
          let value = Float(picture.data[i]) * (1 - 0.6 * Self.strength * shade)
          picture.data[i] = UInt8(max(0, min(255, (value + (255 - value) * Self.strength * light).rounded())))
        }
      }
    }
  }

  /// Letters and their shadow at a place given in heights of the face from its middle.
  private func coverage(_ p: Vector2) -> (light: Float, shade: Float) {
    let outside = Elementary.smoothstep(0.5, 0.62, Vector2(p.x * 1.25, p.y).length)
    var share = Self.faint + (1 - Self.faint) * outside
    for (middle, radii) in free { share *= Elementary.smoothstep(1, 1.3, ((p - middle) / radii).length) }
    guard share > 0 else { return (0, 0) }
    func sample(_ p: Vector2) -> Float {
      // Lines climb by 30 degrees; every other one is shifted.
      let along = (p.x * 0.866 - p.y * 0.5) / Self.letter
      let across = (p.x * 0.5 + p.y * 0.866) / Self.line
      let row = across.rounded(.down)
      let length = Float(tile.width) / Float(tile.height) * 2
      let shifted = along / length + (row.truncatingRemainder(dividingBy: 2) == 0 ? 0 : 0.5)
      let x = (shifted - shifted.rounded(.down)) * length / 2 * Float(tile.height)
      let y = (across - row) * Self.line / Self.letter / 2 * Float(tile.height)
      guard y < Float(tile.height) else { return 0 }
      return tile.sample(Vector2(x, y))
    }
    let light = sample(p)
    let shade = sample(p - Vector2(0.006, 0.008)) * (1 - light)
    return (light * share, shade * share)
  }

  // MARK: - Letters

  /// A tile twice as high as its letters, coverage 0...1.
  private static func drawn(_ text: StaticString) -> Plane {
    let height = 48
    let letter = Float(height) / 2
    let advance = letter * 1.05
    let stroke = letter * 0.07
    let gap: Float = 2.5
    var tile = Plane(width: Int(advance * (Float(text.utf8CodeUnitCount) + gap)), height: height)
    for k in 0..<text.utf8CodeUnitCount {
      let origin = Vector2(advance * Float(k) + letter * 0.3, letter * 0.5)
      for (a, b) in strokes(text.utf8Start[k]) {
        let (a, b) = (origin + a * letter, origin + b * letter)
        for i in tile.data.indices {
          let p = Vector2(Float(i % tile.width) + 0.5, Float(i / tile.width) + 0.5)
          let d = distance(p, a, b) - stroke
          if d < 0.5 { tile.data[i] = max(tile.data[i], min(1, 0.5 - d)) }
        }
      }
    }
    return tile
  }

  private static func distance(_ p: Vector2, _ a: Vector2, _ b: Vector2) -> Float {
    let way = b - a
    let t = max(0, min(1, (p - a).dot(way) / max(way.dot(way), 1e-6)))
    return (p - (a + way * t)).length
  }

  /// The strokes of a capital letter in letter heights, y down.
  private static func strokes(_ letter: UInt8) -> [(Vector2, Vector2)] {
    func line(_ numbers: Float...) -> [(Vector2, Vector2)] {
      stride(from: 0, to: numbers.count - 2, by: 2).map {
        (Vector2(numbers[$0], numbers[$0 + 1]), Vector2(numbers[$0 + 2], numbers[$0 + 3]))
      }
    }
    return switch letter {
    case UInt8(ascii: "F"): line(0, 1, 0, 0, 0.6, 0) + line(0, 0.5, 0.5, 0.5)
    case UInt8(ascii: "L"): line(0, 0, 0, 1, 0.6, 1)
    case UInt8(ascii: "E"): line(0.6, 0, 0, 0, 0, 1, 0.6, 1) + line(0, 0.5, 0.5, 0.5)
    case UInt8(ascii: "X"): line(0, 0, 0.7, 1) + line(0.7, 0, 0, 1)
    case UInt8(ascii: "A"): line(0, 1, 0.36, 0, 0.72, 1) + line(0.14, 0.65, 0.58, 0.65)
    case UInt8(ascii: "T"): line(0, 0, 0.7, 0) + line(0.35, 0, 0.35, 1)
    case UInt8(ascii: "R"):
      line(0, 1, 0, 0, 0.45, 0, 0.62, 0.13, 0.62, 0.37, 0.45, 0.5, 0, 0.5) + line(0.3, 0.5, 0.64, 1)
    case UInt8(ascii: "S"):
      line(
        0.6, 0.1, 0.45, 0, 0.15, 0, 0, 0.12, 0, 0.36, 0.15, 0.48, 0.45, 0.52, 0.6, 0.64, 0.6, 0.88, 0.45, 1, 0.15, 1, 0,
        0.9)
    default: []
    }
  }
}

extension CreatedAvatar {
  /// Marks the pictures as made for testing.
  public mutating func mark() {
    let mark = Watermark(landmarks: landmarks)
    for k in pictures.indices {
      mark.draw(on: &pictures[k], headRegion: avatar.headRegion, photoSize: avatar.camera.photoSize)
    }
  }
}
