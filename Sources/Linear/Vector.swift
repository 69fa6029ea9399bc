public typealias Vector2 = SIMD2<Float>
public typealias Vector3 = SIMD3<Float>

extension SIMD2 where Scalar == Float {
  @inlinable public func dot(_ other: Self) -> Float { x * other.x + y * other.y }
  @inlinable public var length: Float { dot(self).squareRoot() }
}

extension SIMD3 where Scalar == Float {
  @inlinable public func dot(_ other: Self) -> Float { x * other.x + y * other.y + z * other.z }
  @inlinable public var length: Float { dot(self).squareRoot() }
  @inlinable public var xy: Vector2 { Vector2(x, y) }

  @inlinable public func cross(_ o: Self) -> Self {
    Self(y * o.z - z * o.y, z * o.x - x * o.z, x * o.y - y * o.x)
  }

  /// Unit vector, or zero where the length is below 1e-12.
  @inlinable public var normalized: Self {
    let l = length
    return l < 1e-12 ? Self(0, 0, 0) : self * (1 / l)
  }
}
