/// A 3x3 matrix by columns.
public struct Matrix3: BitwiseCopyable, Equatable, Sendable {
  public var c0: Vector3
  public var c1: Vector3
  public var c2: Vector3

  @inlinable public init(_ c0: Vector3, _ c1: Vector3, _ c2: Vector3) {
    self.c0 = c0
    self.c1 = c1
    self.c2 = c2
  }

  public static let identity = Matrix3(Vector3(1, 0, 0), Vector3(0, 1, 0), Vector3(0, 0, 1))

  @inlinable public static func * (m: Self, v: Vector3) -> Vector3 { m.c0 * v.x + m.c1 * v.y + m.c2 * v.z }
  @inlinable public static func * (a: Self, b: Self) -> Self { Self(a * b.c0, a * b.c1, a * b.c2) }
  @inlinable public static func * (a: Self, s: Float) -> Self { Self(a.c0 * s, a.c1 * s, a.c2 * s) }

  @inlinable public var transposed: Self {
    Self(Vector3(c0.x, c1.x, c2.x), Vector3(c0.y, c1.y, c2.y), Vector3(c0.z, c1.z, c2.z))
  }

  @inlinable public var determinant: Float { c0.dot(c1.cross(c2)) }

  /// Rotation by yaw (about y: the nose turns to the image's right), pitch (about x: the nose turns down) and roll
  /// (about z: clockwise as seen in the image), in radians, in a frame with x to the image's right, y up and z
  /// towards the viewer. Roll is applied first, then pitch, then yaw.
  public static func rotation(yaw: Float, pitch: Float, roll: Float) -> Self {
    let (sy, cy) = Elementary.sinCos(yaw)
    let (sp, cp) = Elementary.sinCos(pitch)
    let (sr, cr) = Elementary.sinCos(-roll)
    let r = Self(Vector3(cr, sr, 0), Vector3(-sr, cr, 0), Vector3(0, 0, 1))
    let p = Self(Vector3(1, 0, 0), Vector3(0, cp, sp), Vector3(0, -sp, cp))
    let y = Self(Vector3(cy, 0, -sy), Vector3(0, 1, 0), Vector3(sy, 0, cy))
    return y * p * r
  }
}
