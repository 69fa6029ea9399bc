import Linear

/// Goes to a goal smoothly and without overshoot: a critically damped spring, there to 90 % after 3.9 / `rate` seconds.
struct Follower {
  /// Radians a second.
  let rate: Float
  private var velocity = Vector3(0, 0, 0)
  private(set) var value = Vector3(0, 0, 0)

  init(rate: Float) { self.rate = rate }

  mutating func advance(_ step: Float, to goal: Vector3) {
    velocity += ((goal - value) * (rate * rate) - velocity * (2 * rate)) * step
    value += velocity * step
  }
}
