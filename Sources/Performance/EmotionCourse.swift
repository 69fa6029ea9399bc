import Linear

/// One emotion's strength over time: what is held, fading from value to value, and a clip that comes and goes on top.
struct EmotionCourse {
  private var from: Float = 0
  private var to: Float = 0
  private var age: Float = 0
  private var fade: Float = 0

  private var clipAge: Float = .infinity
  private var clipFrom: Float = 0
  private var clipStrength: Float = 0
  private var clipOnset: Float = 0
  private var clipSeconds: Float = 0

  /// Holds `strength`, reached after `seconds`.
  mutating func hold(_ strength: Float, within seconds: Float) { (from, to, age, fade) = (held, strength, 0, seconds) }

  /// Comes within `onset` seconds, stays, and is gone after `seconds`; going takes about twice as long as coming.
  /// One that is there already goes on from where it is.
  mutating func play(_ strength: Float, onset: Float, seconds: Float) {
    (clipFrom, clipStrength, clipAge, clipSeconds) = (clip, strength, 0, seconds)
    clipOnset = min(onset, seconds / 3)
  }

  /// What is played comes down to a share of itself within `seconds`.
  mutating func calm(to share: Float, within seconds: Float) {
    guard share < 1, clipAge < clipSeconds else { return }
    let goal = clipAge < clipOnset ? clipStrength * share : min(clip, clipStrength * share)
    play(goal, onset: max(seconds, 0.001), seconds: clipSeconds - clipAge)
  }

  mutating func advance(_ step: Float) {
    age += step
    clipAge += step
  }

  /// What is held at the end of the fade.
  var goal: Float { to }

  var strength: Float { max(held, clip) }

  private var held: Float {
    guard age < fade else { return to }
    return from + (to - from) * Self.ease(age / fade, isRising: to > from)
  }

  private var clip: Float {
    guard clipAge < clipSeconds else { return 0 }
    let up = Self.ease(min(1, clipAge / clipOnset), isRising: true)
    let down = Elementary.smoothstep(0, 2 * clipOnset, clipSeconds - clipAge)
    return (clipFrom + (clipStrength - clipFrom) * up) * down
  }

  /// Muscles contract fast and settle, and let go evenly.
  private static func ease(_ t: Float, isRising: Bool) -> Float {
    Elementary.smoothstep(0, 1, isRising ? t * (1.6 - 0.6 * t) : t)
  }
}
