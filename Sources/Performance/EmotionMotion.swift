import Linear

/// All emotions over time: their strengths together, what they do to head and eyes, and the unrest that keeps a held one
/// from freezing.
struct EmotionMotion {
  private var courses = InlineArray<7, EmotionCourse>(repeating: EmotionCourse())
  private var random: SeededRandom
  private var unrest = SmoothNoise(frequency: 0.35)

  /// Strengths by raw value.
  private(set) var strengths = SIMD8<Float>.zero
  /// How much stronger the left half of the face shows them, share.
  private(set) var asymmetry: Float = 0
  /// Yaw, pitch, roll, radians; towards the viewer, cm; eyes, radians.
  private(set) var head = Vector3(0, 0, 0)
  private(set) var lean: Float = 0
  private(set) var gaze = Vector2(0, 0)

  init(seed: UInt64) { random = SeededRandom(seed: seed, motion: 8) }

  mutating func hold(_ emotion: Emotion, _ strength: Float, within seconds: Float) {
    guard emotion == .neutral else { return courses[Int(emotion.rawValue)].hold(strength, within: seconds) }
    for i in 0..<courses.count {
      courses[i].hold(courses[i].goal * (1 - strength), within: seconds)
      courses[i].calm(to: 1 - strength, within: seconds)
    }
  }

  mutating func play(_ emotion: Emotion, _ strength: Float, seconds: Float) {
    courses[Int(emotion.rawValue)].play(strength, onset: emotion.recipe.onset, seconds: seconds)
  }

  /// - Parameter presence: how alive the head is, 0...1; at 0 what is held is held exactly.
  mutating func advance(_ step: Float, presence: Float) {
    if presence > 0 { unrest.advance(step, random: &random) }
    var square: Float = 0
    for i in 0..<courses.count {
      courses[i].advance(step)
      strengths[i] = courses[i].strength
    }
    // Played, it takes its share of all others away for a while.
    let neutral = Int(Emotion.neutral.rawValue)
    let rest = 1 - strengths[neutral]
    strengths[neutral] = 0
    for i in 0..<courses.count {
      strengths[i] *= rest
      square += strengths[i] * strengths[i]
    }
    // Several at once share one face: together they are as strong as one.
    let together = 1 / max(1, square.squareRoot())
    strengths = strengths * (together * (1 + 0.07 * presence * unrest.value.x))
    asymmetry = 0.07 + 0.04 * presence * unrest.value.y
    (head, lean, gaze) = (Vector3(0, 0, 0), 0, Vector2(0, 0))
    for emotion in Emotion.allCases {
      let strength = strengths[Int(emotion.rawValue)]
      guard strength > 0 else { continue }
      let recipe = emotion.recipe
      head += recipe.head * (strength * 0.017_453_292)
      lean += recipe.lean * strength
      gaze += recipe.gaze * (strength * 0.017_453_292)
    }
  }
}
