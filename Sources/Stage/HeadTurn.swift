import Head
import Linear

/// A head turn about the neck, full for weight 1 and fading to none at weight 0: rotations for 65 weights, interpolated.
struct HeadTurn {
  private static let steps = 64
  private let rotations: UnsafeMutableBufferPointer<Matrix3>
  private(set) var pivot = Vector3(0, 0, 0)
  private var translation = Vector3(0, 0, 0)

  /// From this height (rig's y, cm) upwards the head turns as a whole.
  static let jaw: Float = -8.5
  /// At this height and below nothing turns.
  static let chest: Float = -16.5

  /// Turns to the side look smaller than they are: landmark networks find 0.82 degrees a degree. This gives back a part.
  private static let yawGain: Float = 1.12

  init(arena: Arena) { rotations = arena.buffer(Self.steps + 1, .identity) }

  /// Prepares the turn of `pose` about `pivot` (avatar space).
  mutating func set(_ pose: Pose, pivot: Vector3) {
    self.pivot = pivot
    let yaw = Self.angle(pose.yaw) * Self.yawGain
    let pitch = Self.angle(pose.pitch)
    let roll = Self.angle(pose.roll)
    translation = pose.translation
    for i in 0...Self.steps {
      let w = Float(i) * (1 / Float(Self.steps))
      rotations[i] = Matrix3.rotation(yaw: yaw * w, pitch: pitch * w, roll: roll * w)
    }
  }

  /// At most half a turn; 0 for what is no number.
  static func angle(_ x: Float) -> Float { x == x ? max(-Elementary.pi, min(Elementary.pi, x)) : 0 }

  @inline(__always) func apply(_ p: Vector3, weight: Float) -> Vector3 {
    let q = p - pivot
    let s = weight * Float(Self.steps)
    let i = min(Self.steps - 1, Int(s))
    let a = rotations[i] * q
    let b = rotations[i + 1] * q
    return a + (b - a) * (s - Float(i)) + pivot + translation * weight
  }
}
