import Linear

/// A low-pass filter whose cutoff rises with the signal's speed: what rests does not tremble, what moves is not late
/// (Casiez, Roussel & Vogel, "1 € Filter", CHI 2012).
struct OneEuroFilter {
  /// How strongly a kind of signal is smoothed.
  struct Tuning {
    /// Cutoff at rest, Hz: lower is calmer.
    var restCutoff: Float
    /// Hz of cutoff for each unit a second of speed: higher is quicker.
    var speedGain: Float
  }

  /// Cutoff of the speed's own smoothing, Hz.
  private static let speedCutoff: Float = 1

  private var value: Float = 0
  private var speed: Float = 0
  private var hasStarted = false

  /// The filtered value of the signal that has reached `new` after `step` seconds.
  mutating func filter(_ new: Float, step: Float, _ tuning: Tuning) -> Float {
    guard hasStarted else {
      value = new
      hasStarted = true
      return new
    }
    guard step > 0 else { return value }
    speed += ((new - value) / step - speed) * Self.share(Self.speedCutoff, step)
    value += (new - value) * Self.share(tuning.restCutoff + tuning.speedGain * abs(speed), step)
    return value
  }

  /// What of a difference a first-order low-pass takes on in `step` seconds.
  private static func share(_ cutoff: Float, _ step: Float) -> Float {
    let r = 2 * Elementary.pi * cutoff * step
    return r / (r + 1)
  }
}
