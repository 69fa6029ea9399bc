import Linear

/// How a head is turned, in degrees: yaw > 0 with the nose to the image's right, pitch > 0 with the nose down,
/// roll > 0 clockwise in the image.
public struct FacePose: Equatable, Sendable {
  public var yaw: Float
  public var pitch: Float
  public var roll: Float

  /// The rotation that turns the rigid part of MediaPipe's canonical face best into the landmarks, depths included
  /// (Procrustes, the rotation by polar decomposition); nil where the landmarks are no possible view of a face.
  public init?(_ landmarks: FaceLandmarks) {
    var mean = Vector3(0, 0, 0)
    var modelMean = Vector3(0, 0, 0)
    for (k, point) in CanonicalFace.rigid {
      mean += landmarks.points[k]
      modelMean += point
    }
    let scale = 1 / Float(CanonicalFace.rigid.count)
    mean = mean * scale
    modelMean = modelMean * scale
    var a = Matrix3(Vector3(0, 0, 0), Vector3(0, 0, 0), Vector3(0, 0, 0))
    for (k, point) in CanonicalFace.rigid {
      let p = landmarks.points[k] - mean
      // Camera axes: y down, z away.
      let q = (point - modelMean) * Vector3(1, -1, -1)
      a.c0 += p * q.x
      a.c1 += p * q.y
      a.c2 += p * q.z
    }
    guard let r = Self.rotation(a) else { return nil }
    let facing = r.c2 * -1
    let degrees: Float = 180 / Elementary.pi
    yaw = Elementary.atan2(facing.x, -facing.z) * degrees
    pitch = Elementary.asin(facing.y) * degrees
    roll = Elementary.atan2(r.c0.y, r.c1.y) * degrees
  }

  /// The rotation nearest to a matrix with a positive determinant (Newton's iteration for the polar decomposition,
  /// Higham 1986).
  private static func rotation(_ matrix: Matrix3) -> Matrix3? {
    var m = matrix
    let size = m.c0.length + m.c1.length + m.c2.length
    guard size > 0, size < .greatestFiniteMagnitude else { return nil }
    m = m * (1 / size)
    for _ in 0..<24 {
      let d = m.determinant
      guard d > 1e-12 else { return nil }
      let inverse = 0.5 / d
      // The inverse transposed has the columns' cross products as columns.
      m = Matrix3(
        m.c0 * 0.5 + m.c1.cross(m.c2) * inverse, m.c1 * 0.5 + m.c2.cross(m.c0) * inverse,
        m.c2 * 0.5 + m.c0.cross(m.c1) * inverse)
    }
    return m
  }
}
