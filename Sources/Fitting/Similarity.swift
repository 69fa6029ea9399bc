import Linear

/// Scale, rotation and translation between two sets of points.
package struct Similarity {
  package var scale: Float
  package var rotation: Matrix3
  package var translation: Vector3

  /// The one that takes `source` to `target` with the least weighted squares (Horn 1987: the rotation is the
  /// eigenvector of the largest eigenvalue of a symmetric 4x4 matrix, so it is never a reflection).
  package init(from source: [Vector3], to target: [Vector3], weights: [Float]) {
    var total: Float = 0
    var a = Vector3(0, 0, 0)
    var b = Vector3(0, 0, 0)
    for i in source.indices {
      total += weights[i]
      a += source[i] * weights[i]
      b += target[i] * weights[i]
    }
    a /= total
    b /= total
    var m = Matrix3(.zero, .zero, .zero)  // m.cJ[I] = sum of source[I] * target[J]
    var spread: Float = 0
    for i in source.indices {
      let p = (source[i] - a) * weights[i]
      let q = target[i] - b
      m.c0 += p * q.x
      m.c1 += p * q.y
      m.c2 += p * q.z
      spread += p.dot(source[i] - a)
    }
    rotation = Self.rotation(m)
    let r = rotation
    scale =
      (r.c0.dot(Vector3(m.c0.x, m.c1.x, m.c2.x)) + r.c1.dot(Vector3(m.c0.y, m.c1.y, m.c2.y))
        + r.c2.dot(Vector3(m.c0.z, m.c1.z, m.c2.z))) / max(spread, 1e-20)
    translation = b - rotation * a * scale
  }

  private static func rotation(_ m: Matrix3) -> Matrix3 {
    let sxx = m.c0.x, syx = m.c0.y, szx = m.c0.z
    let sxy = m.c1.x, syy = m.c1.y, szy = m.c1.z
    let sxz = m.c2.x, syz = m.c2.y, szz = m.c2.z
    let n: [Float] = [
      sxx + syy + szz, syz - szy, szx - sxz, sxy - syx,
      syz - szy, sxx - syy - szz, sxy + syx, szx + sxz,
      szx - sxz, sxy + syx, syy - sxx - szz, syz + szy,
      sxy - syx, szx + sxz, syz + szy, szz - sxx - syy,
    ]
    let q = largestEigenvector(n)
    let (w, x, y, z) = (q[0], q[1], q[2], q[3])
    return Matrix3(
      Vector3(1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)),
      Vector3(2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)),
      Vector3(2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)))
  }

  /// Of a symmetric 4x4 matrix, by cyclic Jacobi rotations.
  private static func largestEigenvector(_ matrix: [Float]) -> [Float] {
    var a = matrix.map { Double($0) }
    var v: [Double] = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    for _ in 0..<24 {
      for p in 0..<3 {
        for q in p + 1..<4 where abs(a[4 * p + q]) > 1e-300 {
          let theta = (a[5 * q] - a[5 * p]) / (2 * a[4 * p + q])
          let t = (theta < 0 ? -1 : 1) / (abs(theta) + (theta * theta + 1).squareRoot())
          let c = 1 / (t * t + 1).squareRoot()
          let s = t * c
          for k in 0..<4 {
            let kp = a[4 * k + p], kq = a[4 * k + q]
            a[4 * k + p] = c * kp - s * kq
            a[4 * k + q] = s * kp + c * kq
          }
          for k in 0..<4 {
            let pk = a[4 * p + k], qk = a[4 * q + k]
            a[4 * p + k] = c * pk - s * qk
            a[4 * q + k] = s * pk + c * qk
            let vp = v[4 * k + p], vq = v[4 * k + q]
            v[4 * k + p] = c * vp - s * vq
            v[4 * k + q] = s * vp + c * vq
          }
        }
      }
    }
    var best = 0
    for k in 1..<4 where a[5 * k] > a[5 * best] { best = k }
    return (0..<4).map { Float(v[4 * $0 + best]) }
  }
}
