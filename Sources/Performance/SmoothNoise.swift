import Linear

/// Three independent noises of unit variance: white noise through a critically damped filter of second order. Their
/// power spectrum is flat up to `frequency` and falls with its fourth power above; they have no period.
struct SmoothNoise {
  /// Radians a second.
  private let rate: Float
  private var velocity = Vector3(0, 0, 0)
  private(set) var value = Vector3(0, 0, 0)

  /// - Parameter frequency: where the spectrum begins to fall, Hz.
  init(frequency: Float) { rate = 2 * Elementary.pi * frequency }

  mutating func advance(_ step: Float, random: inout SeededRandom) {
    let push = Vector3(random.normal(), random.normal(), random.normal())
    velocity += push * (2 * rate * (rate * step).squareRoot())
    velocity += (value * (-rate * rate) - velocity * (2 * rate)) * step
    value += velocity * step
  }
}
