import Head
import Linear

/// Glides from one pose that a camera has seen to the next, and lets go of them when no more come: it holds the last
/// one for 0.3 s and fades within 0.5 s, and comes back as smoothly. Where a slow machine sees few poses, it waits for two
/// that are overdue, 2 s at most.
struct CameraFollower: Sendable {
  static let shortestHold: Float = 0.3
  static let longestHold: Float = 2
  static let fadeOut: Float = 0.5
  static let fadeIn: Float = 0.4

  private var from = Pose()
  private var to = Pose()
  /// Seconds since `to` came, and how long the glide to it takes.
  private var age = Float.infinity
  private var glide: Float = 0
  /// Seconds from one pose to the next, of late.
  private var interval: Float = 0
  private var isReleased = true
  private var presence: Float = 0
  private var clock = 0.0

  /// 0 life alone ... 1 the camera alone.
  var weight: Float { Elementary.smoothstep(0, 1, presence) }

  var pose: Pose {
    let t = glide > 0 ? min(1, age / glide) : 1
    return from.mixed(with: to, t)
  }

  /// - Parameter seconds: how long the way to `pose` takes; 0 shows it at once.
  mutating func follow(_ pose: Pose, over seconds: Float) {
    // Nobody sees where the glide begins while the camera has no say.
    from = presence > 0 ? self.pose : pose
    to = pose
    glide = max(0, min(Self.shortestHold, seconds))
    // Whoever was away for longer has come back.
    interval = age <= Self.longestHold ? age : 0
    age = 0
    isReleased = false
  }

  /// Fades now.
  mutating func release() { isReleased = true }

  /// A clock that has gone back (another sound begins) stands still for one frame.
  mutating func advance(to time: Double) {
    let step = Float(max(0, min(1, time - clock)))
    clock = time
    age += step
    let hold = max(Self.shortestHold, min(Self.longestHold, 2 * interval))
    let wanted = !isReleased && age <= hold
    presence = wanted ? min(1, presence + step / Self.fadeIn) : max(0, presence - step / Self.fadeOut)
  }
}

extension Pose {
  fileprivate func mixed(with next: Pose, _ t: Float) -> Pose {
    var pose = next
    for i in 0..<Blendshape.count { pose.weights[i] = weights[i] + (next.weights[i] - weights[i]) * t }
    pose.yaw = yaw + (next.yaw - yaw) * t
    pose.pitch = pitch + (next.pitch - pitch) * t
    pose.roll = roll + (next.roll - roll) * t
    pose.translation = translation + (next.translation - translation) * t
    pose.gaze = gaze + (next.gaze - gaze) * t
    return pose
  }
}
