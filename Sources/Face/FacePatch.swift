import Linear
import Pixels

/// The face at a fixed size, upright, for measuring: the outer eye corners level and `eyeDistance` pixels apart.
struct FacePatch {
  static let eyeDistance: Float = 128
  static let side = 256
  /// Where the point between eye corners and chin comes to lie.
  private static let anchor = Vector2(128, 120)

  /// Red, green, blue 0...255.
  private(set) var pixels: [SIMD4<Float>]
  /// Landmarks in patch pixels.
  private(set) var points: [Vector2]

  init(_ photo: PixelBuffer, _ landmarks: FaceLandmarks) {
    let scale = max(1, landmarks.eyeDistance) / Self.eyeDistance
    let centre = (landmarks[33] + landmarks[263] + landmarks[152]) * (1 / 3)
    let level = landmarks[263] - landmarks[33]
    let right = level.length > 0 ? level * (scale / level.length) : Vector2(scale, 0)
    let down = Vector2(-right.y, right.x)
    // As many samples a pixel and axis as photo pixels fall into one, up to four.
    let samples = Int(max(1, min(4, scale.rounded(.up))))
    let fine = Self.side * samples
    let step = 1 / Float(samples)
    let first = -0.5 + step * 0.5
    let map = AffineMap(
      origin: centre - right * (Self.anchor.x - first) - down * (Self.anchor.y - first), right: right * step,
      down: down * step)
    var line = [Float](repeating: 0, count: fine * samples * 3)
    pixels = [SIMD4<Float>](repeating: .zero, count: Self.side * Self.side)
    for y in 0..<Self.side {
      var row = map
      row.origin = map(Vector2(0, Float(y * samples)))
      line.withUnsafeMutableBufferPointer {
        photo.warp(into: $0, width: fine, height: samples, by: row, border: .edge, gain: step * step, bias: 0)
      }
      for k in 0..<fine * samples {
        pixels[y * Self.side + k % fine / samples] += SIMD4(line[3 * k], line[3 * k + 1], line[3 * k + 2], 0)
      }
    }
    let across = right * (1 / (scale * scale))
    let along = down * (1 / (scale * scale))
    points = []
    points.reserveCapacity(landmarks.points.count)
    for p in landmarks.points {
      let d = p.xy - centre
      points.append(Self.anchor + Vector2(d.dot(across), d.dot(along)))
    }
  }

  /// Mean colour of the square of `2 * radius + 1` pixels round a place.
  func colour(_ p: Vector2, radius: Int) -> SIMD4<Float> {
    let limit = Float(Self.side - 1 - radius)
    let x = Int(max(Float(radius), min(limit, p.x.rounded())))
    let y = Int(max(Float(radius), min(limit, p.y.rounded())))
    var sum = SIMD4<Float>.zero
    for v in y - radius...y + radius {
      for u in x - radius...x + radius { sum += pixels[v * Self.side + u] }
    }
    let side = Float(2 * radius + 1)
    return sum * (1 / (side * side))
  }

  /// The median, component by component, of the colours at some landmarks.
  func colour(_ landmarks: [Int], radius: Int) -> SIMD4<Float> {
    var list: [SIMD4<Float>] = []
    for k in landmarks { list.append(colour(points[k], radius: radius)) }
    var result = SIMD4<Float>.zero
    for c in 0..<3 {
      list.sort { $0[c] < $1[c] }
      let middle = list.count / 2
      result[c] = list.count % 2 == 1 ? list[middle][c] : (list[middle - 1][c] + list[middle][c]) * 0.5
    }
    return result
  }

  static func luma(_ colour: SIMD4<Float>) -> Float {
    0.299 * colour.x + 0.587 * colour.y + 0.114 * colour.z
  }
}
