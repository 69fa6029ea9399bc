import Linear

/// Head sway and nods: each angle is noise through a critically damped second-order filter (no period, smooth
/// velocity), larger while speaking, plus nods on stressed syllables. Amplitudes and bands after Hadar et al.,
/// "Kinematics of head movements accompanying speech during conversation" (Human Movement Science 2, 1983): most power
/// under 1 Hz, stress nods at 2-4 Hz.
struct HeadMotion {
  /// Degrees, standard deviation while speaking at `calm`: yaw, pitch, roll.
  private static let amplitude = Vector3(2.1, 1.3, 1.1)
  private static let listeningShare: Float = 0.45
  /// Natural frequencies in radians a second.
  private static let frequency = Vector3(2.4, 2.9, 2.1)

  private var position = Vector3(0, 0, 0)
  private var velocity = Vector3(0, 0, 0)
  private var target = Vector3(0, 0, 0)
  private var untilTarget: Float = 0
  private var energy: Float = HeadMotion.listeningShare
  private var nod: Float = 0
  private var nodVelocity: Float = 0
  private var shift = Vector3(0, 0, 0)

  /// Yaw, pitch, roll in radians.
  var angles: Vector3 { (position + Vector3(0, nod, 0)) * 0.017_453_292 }

  /// Small translation that goes with the rotation, cm.
  var translation: Vector3 { Vector3(position.x * 0.025, -position.y * 0.012, position.y * 0.02) }

  /// Advances by `step` seconds. `accent` is the strength of a stressed syllable beginning now, else 0.
  mutating func advance(
    _ step: Float, speaking: Float, accent: Float, style: HeadMotionStyle, random: inout SeededRandom
  ) {
    let wanted = style.gain * (Self.listeningShare + (1 - Self.listeningShare) * speaking)
    energy += (wanted - energy) * min(1, step / 0.25)
    untilTarget -= step
    if untilTarget <= 0 {
      untilTarget = random.uniform(0.35, 1.6)
      let noise = Vector3(random.normal(), random.normal(), random.normal())
      // Turning and tilting go together: people roll a little towards where they turn.
      target = Vector3(noise.x, noise.y, noise.z * 0.8 + noise.x * 0.35)
    }
    let goal = target * Self.amplitude * (1.35 * energy)
    let w = Self.frequency
    let acceleration = w * w * (goal - position) - 2 * w * velocity
    velocity = velocity + acceleration * step
    position = position + velocity * step

    nodVelocity += accent * 26 * min(1.5, style.gain)
    let pull = -nod * 110 - nodVelocity * 17
    nodVelocity += pull * step
    nod += nodVelocity * step
  }
}
