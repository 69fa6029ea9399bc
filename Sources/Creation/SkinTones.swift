import Avatar
import Head
import Linear
import Pixels

/// Reads colours and light off the photo.
struct SkinTones {
  /// See `Appearance.light`.
  var light: SIMD4<Float>
  var skin: Vector3
  var innerLip: Vector3
  var gums: Vector3

  /// - Parameters:
  ///   - picture: colours of `region` of the photo.
  ///   - texture: photo pixels of the face vertices.
  init(
    rig: Rig, camera: Camera, photo: [Vector3], texture: [Vector2], alpha: [Float], picture: Plane4,
    region: PictureRegion
  ) {
    var normals = [Vector3](repeating: .zero, count: rig.vertexCount)
    photo.withUnsafeBufferPointer { vertices in
      normals.withUnsafeMutableBufferPointer {
        rig.normals(
          of: vertices, triangles: 0..<rig.triangles(of: .head).upperBound, vertices: 0..<rig.skinCount, into: $0)
      }
    }
    let reach = max(1, Int((0.19 * camera.pixelsPerUnit * region.scale).rounded()))
    var rows: [SIMD4<Float>] = []
    var luminances: [Float] = []
    var colours: [Vector3] = []
    var lips: [Vector3] = []
    for i in rig.vertices(of: .face) {
      let point = region.point(texture[i])
      if rig.fields.lipDistance[i] == 0 && rig.fields.innerDepth[i] == 0 && rig.fields.contactDistance[i] > 0.25 {
        lips.append(Self.mean(picture, point, max(1, reach / 3)))
      }
      guard normals[i].z > 0.3, alpha[i] > 0.9, rig.fields.edgeDistance[i] > 1, rig.fields.lipDistance[i] > 0.3,
        rig.fields.eyeDistance[i] > 0.4
      else { continue }
      let colour = Self.mean(picture, point, reach)
      rows.append(SIMD4(1, normals[i].x, normals[i].y, normals[i].z))
      luminances.append(Self.luminance(colour))
      colours.append(Self.mean(picture, point, 0))
    }
    // Resampling overshoots.
    skin = (Self.median(colours) ?? Vector3(0.7, 0.55, 0.47)).clamped(lowerBound: .zero, upperBound: .one)
    light = Self.light(rows, luminances)
    let brightness = max(0.55, min(1.15, (skin.x + skin.y + skin.z) / 1.8))
    let lip = Self.median(lips) ?? skin * Vector3(0.85, 0.6, 0.6)
    innerLip = Self.faded(lip * Vector3(0.58, 0.44, 0.44), as: skin)
    gums = (Vector3(0.74, 0.33, 0.32) * brightness).clamped(lowerBound: .zero, upperBound: .one)
    gums = Self.faded(gums, as: skin)
  }

  /// `colour` made as grey as the photo: skin that is hardly coloured means a black-and-white or faded picture.
  static func faded(_ colour: Vector3, as skin: Vector3) -> Vector3 {
    let chroma = (skin.max() - skin.min()) / max(skin.max(), 1e-3)
    let grey = Vector3(repeating: luminance(colour))
    return grey + (colour - grey) * Elementary.smoothstep(0.03, 0.18, chroma)
  }

  static func luminance(_ c: Vector3) -> Float { 0.299 * c.x + 0.587 * c.y + 0.114 * c.z }

  /// Mean colour of the square of `reach` pixels round a point.
  static func mean(_ picture: Plane4, _ point: Vector2, _ reach: Int) -> Vector3 {
    let x = max(0, min(picture.width - 1, Int(max(0, point.x))))
    let y = max(0, min(picture.height - 1, Int(max(0, point.y))))
    var sum = SIMD4<Float>.zero
    var count: Float = 0
    for row in max(0, y - reach)...min(picture.height - 1, y + reach) {
      for column in max(0, x - reach)...min(picture.width - 1, x + reach) {
        sum += picture.data[row * picture.width + column]
        count += 1
      }
    }
    return Vector3(sum.x, sum.y, sum.z) / count
  }

  /// Channel by channel.
  static func median(_ colours: [Vector3]) -> Vector3? {
    if colours.isEmpty { return nil }
    var result = Vector3(0, 0, 0)
    for k in 0..<3 { result[k] = colours.map { $0[k] }.sorted()[colours.count / 2] }
    return result
  }

  /// luminance = x + (y, z, w) . normal, with weights 1 / (error + 0.03) again and again so that brows, beard and
  /// highlights do not count.
  private static func light(_ rows: [SIMD4<Float>], _ luminances: [Float]) -> SIMD4<Float> {
    var solution = SIMD4<Float>(0.6, 0, 0, 0)
    guard rows.count > 20 else { return solution }
    var weights = [Float](repeating: 1, count: rows.count)
    for _ in 0..<8 {
      var matrix: [SIMD4<Float>] = [
        .zero, SIMD4(0, 0.5, 0, 0), SIMD4(0, 0, 0.5, 0), SIMD4(0, 0, 0, 0.5),
      ]
      var right = SIMD4<Float>.zero
      for i in rows.indices {
        let weighted = rows[i] * weights[i]
        for k in 0..<4 { matrix[k] += weighted * rows[i][k] }
        right += weighted * luminances[i]
      }
      solution = solve(matrix, right)
      for i in rows.indices {
        let error = (rows[i] * solution).sum() - luminances[i]
        weights[i] = 1 / (abs(error) + 0.03)
      }
    }
    return solution
  }

  /// Gaussian elimination without pivoting: the matrix is symmetric and positive definite.
  private static func solve(_ matrix: [SIMD4<Float>], _ right: SIMD4<Float>) -> SIMD4<Float> {
    var m = matrix
    var b = right
    for k in 0..<4 {
      for r in k + 1..<max(k + 1, 4) {
        let factor = m[r][k] / m[k][k]
        m[r] -= m[k] * factor
        b[r] -= b[k] * factor
      }
    }
    var x = SIMD4<Float>.zero
    for k in stride(from: 3, through: 0, by: -1) {
      x[k] = (b[k] - (m[k] * x).sum()) / m[k][k]
    }
    return x
  }
}
